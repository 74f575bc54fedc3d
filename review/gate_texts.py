"""What editors write into the picture: whom it names, what it brings back, and whether it is ever seen (pure)."""

import re
from collections.abc import Iterable, Iterator

from pipeline.domain import LowerThird, Span
from review.gate import GateFacts, Reason
from review.places import times
from subtitles.alike import sounds_like
from subtitles.handover import removed_words

_WORD = re.compile(r"\w+")


def lower_thirds(facts: GateFacts) -> Iterator[Reason]:
    """A name only of who agreed to it, no word that was removed, and only while somebody speaks."""
    plan = facts.plan
    change = f"counterclip plan edit {plan.id} --lower-third 'START-END TEXT'"
    removed = _removed(facts)
    passages = plan.passages()
    spoken = Span(passages[0].clip_start_ms, passages[-1].clip_end_ms) if passages else Span(0, 0)
    for third in plan.lower_thirds:
        where = f"the lower third {times(third.span)} of the clip"
        if third.is_name and not _may_be_named(facts):
            yield Reason("lower_third.name", f"{where} names a person, and not everyone agreed to be named", change)
        if _shows(third, removed):
            yield Reason("lower_third.removed", f"{where} shows a word that was removed from the speech", change)
        if not spoken.contains(third.span):
            yield Reason("lower_third.outside", f"{where} does not lie within the speech {times(spoken)}", change)
        if third.language and third.language not in plan.burn:
            yield Reason("lower_third.language", f"{where} belongs to {third.language}, which is not burned in", change)


def _may_be_named(facts: GateFacts) -> bool:
    people = [facts.profile(source) for source in facts.sources]
    return bool(people) and all(p is not None and p.consent is not None and p.consent.name for p in people)


def _removed(facts: GateFacts) -> tuple[str, ...]:
    known = {s.recording.id: s.transcript for s in facts.sources if s.transcript is not None}
    if any(kept.recording not in known for kept in facts.plan.kept):
        return ()  # another rule refuses what has no words
    return removed_words(facts.plan, known)


def _shows(third: LowerThird, words: Iterable[str]) -> bool:
    """As they were written: across scripts it is the capital that tells a name."""
    shown = {*third.text.split(), *_WORD.findall(third.text)}
    return any(sounds_like(piece, word) for word in words for piece in shown)
