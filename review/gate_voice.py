"""What becomes of the voice in a clip: whether that is agreed to, and whether viewers still get the words (pure)."""

from collections.abc import Iterator

from pipeline.domain import CutPlan, Voice
from review.gate import GateFacts, Reason
from subtitles.plan_cues import read_sha256


def no_voice(plan: CutPlan, code: str, ask: str) -> Reason:
    """Who did not agree to his voice being heard is heard in no form.

    A disguise does not count: a program that compares voices found the right one of twelve disguised speakers in
    3 to 9 cases, where chance is 1, and after a plain pitch shift in all 12, because that can be undone; tests of
    such protection promise up to 74 % more than there is (arXiv 2507.22534). Friends and enemies hear more than a
    program: words, pauses, accent stay.
    """
    disguised = " in any form, and a disguise can be heard through" if plan.voice is Voice.DISGUISED else ""
    return Reason(
        "consent.no_voice",
        f"{code} did not agree to his voice being heard{disguised}",
        f"counterclip plan edit {plan.id} --voice removed --burn LANG, or have it read:"
        f" counterclip plan revoice {plan.id} FILE, or {ask}",
    )


def voice(facts: GateFacts) -> Iterator[Reason]:
    """Without a voice the words stand in the picture: a sidecar may be missing where the clip is seen."""
    plan = facts.plan
    if plan.voice is Voice.REMOVED and not plan.burn:
        yield Reason(
            "voice.no_subtitles",
            f"the voice is removed from {plan.id} and no subtitles are burned in: viewers would get nothing",
            f"counterclip plan edit {plan.id} --burn LANG",
        )
    if plan.voice is Voice.REVOICED:
        yield from _reading(facts)


def _reading(facts: GateFacts) -> Iterator[Reason]:
    """The reader read what stands in the picture now, all of it, in a recording that is still the same."""
    plan, made = facts.plan, facts.plan.revoicing
    again = f"counterclip plan revoice {plan.id} FILE"
    if made is None:
        yield Reason("voice.unread", f"nobody has read the words of {plan.id} yet", again)
        return
    if made.language not in plan.burn:
        yield Reason(
            "voice.not_burned",
            f"what is read aloud in {made.language} is not burned into {plan.id}: nobody has to sign those words",
            f"counterclip plan edit {plan.id} --burn {made.language}, or read a language that is burned in: {again}",
        )
    version = next((v for v in facts.languages if v.language == made.language and v.sha256), None)
    shown = version.cues.get(plan.aspects[0], ()) if version else ()
    if read_sha256(shown) != made.cues_sha256:
        moved = "are not those that were read any more, or stand at another time: a card before the speech moves them"
        yield Reason("voice.stale", f"the subtitles in {made.language} {moved}", again)
    if made.missing:
        cues = ", ".join(str(number) for number in made.missing)
        yield Reason("voice.missing", f"the reader left out cue {cues} of {plan.id}", again)
    found = facts.originals_sha256.get(made.id)
    if found != made.sha256:
        why = "cannot be read" if found is None else "was changed"
        yield Reason("voice.changed", f"the recording of reader {made.id} {why}", f"bring it back, or {again}")
