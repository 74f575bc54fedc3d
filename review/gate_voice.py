"""What becomes of the voice in a clip: whether that is agreed to, and whether viewers still get the words (pure)."""

from collections.abc import Iterator

from pipeline.domain import CutPlan, Voice
from review.gate import GateFacts, Reason


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
        f"counterclip plan edit {plan.id} --voice removed --burn LANG, or {ask}",
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
