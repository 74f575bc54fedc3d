"""What editors write into the picture: whom it names, what it brings back, and whether it is ever seen (pure)."""

import re
from collections.abc import Iterable, Iterator

from pipeline.domain import Choice, Flag, Segment, Span, Tier
from review.gate import GateFacts, Reason
from review.places import times
from subtitles.alike import is_written_as_name, sounds_like
from subtitles.grammar import clings, grammar_of
from subtitles.handover import removed_words

PERSON = "identity.person"
NAMED = ("identity.location", "network.")
"""Items whose words may hold names beside others."""
_WORD = re.compile(r"\w+")


def cards(facts: GateFacts) -> Iterator[Reason]:
    """No title, note or credit brings back what was removed, or names who is flagged in the speech.

    They are free texts that stand in the picture, on posters and in the campaign's lists.
    """
    plan = facts.plan
    written = [plan.title, plan.sources]
    for card in (plan.opening, *(note.card for note in plan.notes), plan.closing):
        written += [card.title, card.text] if card else []
    shown = _pieces(" ".join(written))
    change = f"counterclip plan edit {plan.id} with another --title, --context, note or --sources"
    if any_alike(shown, _removed(facts)):
        yield Reason("card.removed", "the title or a card shows a word that was removed from the speech", change)
    if any_alike(shown, _flagged_names(facts)):
        why = "the title or a card shows a name that is flagged in a recording and was not decided to stay"
        yield Reason("card.name", why, f"{change}; or decide the flag: counterclip review decide FLAG keep")


def lower_thirds(facts: GateFacts) -> Iterator[Reason]:
    """A name only of who agreed to it, no word that was removed, and only while somebody speaks.

    Whether a name is the interviewee's own nobody but the signers can tell; one that a flag holds for a person's in
    the speech is refused until it was decided that it may be heard.
    """
    plan = facts.plan
    change = f"counterclip plan edit {plan.id} --lower-third 'START-END TEXT'"
    removed, others = _removed(facts), tuple(_flagged_names(facts))
    passages = plan.passages()
    spoken = Span(passages[0].clip_start_ms, passages[-1].clip_end_ms) if passages else Span(0, 0)
    for third in plan.lower_thirds:
        where = f"the lower third {times(third.span)} of the clip"
        if third.is_name and not _may_be_named(facts):
            why = "only the interviewee's own name may stand there, and not everyone agreed to be named"
            yield Reason("lower_third.name", f"{where} names a person, or is not in Latin letters: {why}", change)
        if third.is_name and _shows(third.text, others):
            why = "which a flag holds for a person's; only the interviewee's own name may stand there"
            yield Reason("lower_third.person", f"{where} shows a name that is said in a recording, {why}", change)
        if _shows(third.text, removed):
            yield Reason("lower_third.removed", f"{where} shows a word that was removed from the speech", change)
        if not spoken.contains(third.span):
            yield Reason("lower_third.outside", f"{where} does not lie within the speech {times(spoken)}", change)
        if third.language and third.language not in plan.burn:
            yield Reason("lower_third.language", f"{where} belongs to {third.language}, which is not burned in", change)


def sounds(facts: GateFacts) -> Iterator[Reason]:
    """What is told to those who do not hear: only what the others hear in the clip, and nobody's name."""
    plan = facts.plan
    if plan.sdh is None:
        return
    change = f"counterclip plan edit {plan.id} --sound 'START-END TEXT', or --sound '' for none"
    removed, others = _removed(facts), tuple(_flagged_names(facts))
    for sound in plan.sdh.sounds:
        where = f"the sound {times(sound.span)} of {sound.recording}"
        kept = [k.span for k in plan.kept if k.recording == sound.recording and k.span.overlaps(sound.span)]
        if _shows(sound.text, removed) or _shows(sound.text, others):
            yield Reason("sound.name", f"{where} shows a word that was removed, or a name that is flagged", change)
        if plan.voice.is_gone:
            yield Reason("sound.gone", f"{where} is not heard: the recorded sound is taken out of the clip", change)
        elif any(r.kind.is_sound and r.recording == sound.recording and r.span.overlaps(sound.span)
                 for r in plan.redactions):  # fmt: skip
            yield Reason("sound.removed", f"{where} is told of where something is removed from the sound", change)
        if not kept:
            yield Reason("sound.outside", f"{where} does not lie within what is kept", change)


def _may_be_named(facts: GateFacts) -> bool:
    people = [facts.profile(source) for source in facts.sources]
    return bool(people) and all(p is not None and p.consent is not None and p.consent.name for p in people)


def _removed(facts: GateFacts) -> tuple[str, ...]:
    known = {s.recording.id: s.transcript for s in facts.sources if s.transcript is not None}
    if any(kept.recording not in known for kept in facts.plan.kept):
        return ()  # another rule refuses what has no words
    return removed_words(facts.plan, known)


def _flagged_names(facts: GateFacts) -> Iterator[str]:
    """Words of names that are flagged anywhere in the recordings, but those that were decided to stay."""
    for source in facts.sources:
        for flag in source.flags:
            decision = source.decision(flag)
            stays = decision is not None and decision.choice is Choice.KEEP
            segment = source.transcript.segment(flag.segment) if source.transcript else None
            if source.transcript and segment and flag.suppressed is None and not stays:
                grammar = grammar_of(source.transcript.language)
                yield from (word for word in _names_in(flag, segment) if not clings(word, grammar))


def _names_in(flag: Flag, segment: Segment) -> Iterator[str]:
    """Every word that is flagged as a person's name; of places and of others in the group what is written as a name."""
    words = _WORD.findall(_flagged_text(flag, segment))
    if flag.item == PERSON:
        yield from words
    elif flag.item.startswith(NAMED) and flag.tier is Tier.RED:
        first = next(iter(_WORD.findall(segment.text)), "")
        yield from (w for w in words if w != first and is_written_as_name(w))


def _flagged_text(flag: Flag, segment: Segment) -> str:
    """What people flag has a time and no place in the text."""
    if flag.match:
        return segment.text[flag.match.start : flag.match.end]
    if flag.span and segment.words:
        return " ".join(w.text for w in segment.words if w.span.overlaps(flag.span))
    return segment.text


def _shows(text: str, words: Iterable[str]) -> bool:
    return any_alike(_pieces(text), words)


def _pieces(text: str) -> set[str]:
    """As they were written: across scripts it is the capital that tells a name."""
    return {*text.split(), *_WORD.findall(text)}


def any_alike(shown: Iterable[str], words: Iterable[str]) -> bool:
    """Whether one of these is the other in any spelling or letters."""
    pieces = tuple(shown)
    return any(sounds_like(piece, word) for word in words for piece in pieces)
