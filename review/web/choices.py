"""The decisions a person can make, their keys, and the reasons to choose from."""

from dataclasses import dataclass

from pipeline.domain import Choice


@dataclass(frozen=True, slots=True)
class Verdict:
    """One button."""

    choice: Choice
    key: str
    title: str
    why: str
    reasons: tuple[str, ...]
    """The first is taken unless another one is chosen."""


VERDICTS = (
    Verdict(Choice.KEEP, "a", "Keep", "these words may be heard", (
        "about others, not about the speaker", "does not identify anyone", "already public, checked",
        "denied or hypothetical", "misheard: these are not the words", "needed for the meaning, no risk seen",
    )),
    Verdict(Choice.REDACT, "x", "Redact", "the words are replaced by sound", (
        "could identify someone", "identifies a person", "identifies a place", "identifies a date or number",
        "names someone in the network", "asked for by the interviewee",
    )),
    Verdict(Choice.CUT, "d", "Leave out", "no clip holds this passage", (
        "weakens the message", "cannot be understood alone", "too graphic", "asked for by the interviewee",
    )),
    Verdict(Choice.BLOCK, "b", "Block", "this may not go into any clip", (
        "own part in a crime", "puts someone in danger", "said off the record", "glorifies or wavers",
    )),
    Verdict(Choice.COUNSEL, "c", "To counsel", "counsel decides", (
        "could be an admission", "proceedings are open", "allegation against a third party", "unsure",
    )),
)  # fmt: skip

USUAL_REDACTION = {
    "identity.person": "identifies a person", "identity.location": "identifies a place",
    "identity.date": "identifies a date or number", "identity.contact": "identifies a date or number",
    "network": "names someone in the network",
}  # fmt: skip
"""The reason taken for an item, or for a whole family, when none is chosen."""

FLAG_REASONS = ("missed by the machine", "heard, not in the words", "wrong words: listen")
