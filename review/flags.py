"""Checklist x transcript -> flags. Recall first: what is unsure becomes amber, never nothing."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.canonical import document_sha256, transcript_json
from pipeline.domain import Agent, Flag, Modality, Profile, Segment, Span, Speaker, TextMatch, Tier, Transcript
from review.checklist import Checklist, FoundBy, Item, Sample, Says
from review.conditions import Condition, find_conditions
from review.language.findings import Finding, read_turns
from review.language.mentions import find_contacts_as_mentions
from review.language.turns import Turn, make_turns
from review.passages import find_passages
from review.repeats import NAMED, Repeat, find_repeats

LOW_PROBABILITY = 0.4
"""Recognition's own probability under which words are doubtful."""
UNKNOWN_LANGUAGE = ("und", "")


def raise_flags(
    transcript: Transcript,
    checklist: Checklist,
    *,
    profile: Profile | None = None,
    low_probability: float = LOW_PROBABILITY,
    recording: str = "",
    unclear: Sequence[Span] = (),
) -> tuple[Flag, ...]:
    """Every flag of a transcript in time order, suppressed candidates included.

    English speech and English translations are read in full; other languages only for contacts, dates and
    for names that the translation gave away (`uncovered_items` says what could not run). The same input
    gives the same flags with the same ids; `recording` tells those of two recordings of the same words apart.
    `unclear` is where it is open who speaks.
    """
    salt = document_sha256("flags", [recording, transcript_json(transcript), checklist.sha256])
    maker = _Maker(checklist, profile, salt)
    english = _only(transcript, english=True)
    findings = list(_read(english, checklist, translated=False))
    flags = [flag for turn, found in findings for f in found for flag in maker.from_finding(turn, f)]
    foreign = _only(transcript, english=False)
    translated = list(_read(foreign, checklist, translated=True))
    flags += _foreign(foreign, translated, maker)
    flags += [
        f
        for condition in find_conditions(transcript, low_probability, unclear)
        if (f := maker.from_condition(condition, transcript))
    ]
    flags += [flag for turn, f in find_passages(findings) for flag in maker.from_finding(turn, f)]
    repeats = find_repeats(transcript, flags, checklist, _names_in(translated))
    flags += [f for r in repeats if (f := maker.from_repeat(r, transcript))]
    order = {segment.id: n for n, segment in enumerate(transcript.segments)}
    return tuple(
        sorted(_unique(flags), key=lambda f: (_when(f, order), f.match.start if f.match else -1, f.item, f.rule))
    )


def uncovered_items(transcript: Transcript, checklist: Checklist) -> tuple[str, ...]:
    """Items that could not run on all of the speech: another language without an English translation."""
    if all(is_english(s, transcript) or s.translation or not s.text.strip() for s in transcript.segments):
        return ()
    by_language = {FoundBy.WORDS, FoundBy.READER, FoundBy.NAMES, FoundBy.PASSAGE}
    return tuple(i.id for i in checklist.items if i.found_by & by_language)


def is_english(segment: Segment, transcript: Transcript) -> bool:
    """True for English, and for speech whose language nobody knows: it is read rather than left out."""
    language = (segment.language or transcript.language).lower()
    return language in UNKNOWN_LANGUAGE or language.split("-")[0] == "en"


def tiers_of(item: Item, samples: Sequence[Sample], checklist: Checklist) -> list[Tier | None]:
    """For each sample, alone or after its question: the reddest tier in which the item is raised; None when it is not.

    Everything that reads a turn takes part; passages and names found elsewhere do not.
    """
    turns = [_spoken(item, sample) for sample in samples]
    return [_reddest(found) for found in read_turns(turns, replace(checklist, items=(item,)))]


def _spoken(item: Item, sample: Sample) -> Turn:
    speaker = Speaker.INTERVIEWER if item.says is Says.INTERVIEWER else Speaker.INTERVIEWEE
    segments = (
        Segment("s1", sample.asked, None, speaker=Speaker.INTERVIEWER),
        Segment("s2", sample.text, None, speaker=speaker),
    )
    return make_turns(Transcript("en", 0, "", "", segments))[-1]


def _reddest(found: Sequence[Finding]) -> Tier | None:
    tiers = {f.tier for f in found if f.suppressed is None}
    return next((tier for tier in (Tier.RED, Tier.AMBER) if tier in tiers), None)


def _only(transcript: Transcript, *, english: bool) -> Transcript:
    return replace(transcript, segments=tuple(s for s in transcript.segments if is_english(s, transcript) == english))


def _read(
    transcript: Transcript, checklist: Checklist, *, translated: bool
) -> Iterator[tuple[Turn, tuple[Finding, ...]]]:
    turns = make_turns(transcript, translated=translated)
    yield from zip(turns, read_turns(turns, checklist), strict=True)


def _foreign(foreign: Transcript, findings: Sequence[tuple[Turn, tuple[Finding, ...]]], maker: "_Maker") -> list[Flag]:
    """Speech in other languages: its translation in full, the source for what needs no language."""
    flags = [flag for turn, found in findings for f in found for flag in maker.whole_segments(turn, f)]
    flags += [flag for turn, f in find_passages(findings) for flag in maker.whole_segments(turn, f)]
    for turn in make_turns(foreign):
        for m in find_contacts_as_mentions(turn.text):
            finding = Finding(
                m.item,
                m.start,
                m.end,
                Agent.UNKNOWN,
                Modality.ASSERTED,
                Tier.RED,
                0.8,
                f"names: {m.rule}",
                m.because,
            )
            flags += maker.from_finding(turn, finding)
    return flags


def _names_in(findings: Sequence[tuple[Turn, tuple[Finding, ...]]]) -> tuple[str, ...]:
    """Names of persons that a translation gave away."""
    return tuple(
        turn.text[f.start : f.end]
        for turn, found in findings
        for f in found
        if f.item == NAMED and f.tier is Tier.RED and not f.suppressed
    )


def _unique(flags: Sequence[Flag]) -> list[Flag]:
    return list({f.id: f for f in flags}.values())


def _when(flag: Flag, order: dict[str, int]) -> tuple[int, int]:
    start = flag.span.start_ms if flag.span else -1
    return (order[flag.segment], start) if flag.segment in order else (-1, start)


class _Maker:
    """Findings -> flags of one transcript: ids, actions, times, and the reason in plain words."""

    def __init__(self, checklist: Checklist, profile: Profile | None, salt: str) -> None:
        self._items = {item.id: item for item in checklist.items}
        self._before_verdict = profile is not None and (
            profile.legal_status is None or profile.legal_status.is_before_verdict
        )
        self._salt = salt

    def from_finding(self, turn: Turn, finding: Finding) -> list[Flag]:
        """One flag for each segment that the finding touches."""
        flags: list[Flag] = []
        if finding.item not in self._items:  # a checklist need not hold every item
            return flags
        for segment, start, end in turn.places(finding.start, finding.end):
            while start < end and segment.text[start].isspace():
                start += 1
            while end > start and segment.text[end - 1].isspace():
                end -= 1
            if start < end:
                flags.append(self._flag(finding, segment, TextMatch(start, end), time_of(segment, start, end)))
        return flags

    def whole_segments(self, turn: Turn, finding: Finding) -> list[Flag]:
        """For a finding in a translation: nobody knows which of the spoken words it is, so all of them."""
        if finding.item not in self._items:
            return []
        said = replace(finding, because=f"{finding.because}; found in the English translation")
        return [self._flag(said, s, None, s.span) for s, _, _ in turn.places(finding.start, finding.end)]

    def from_repeat(self, repeat: Repeat, transcript: Transcript) -> Flag | None:
        segment = transcript.segment(repeat.segment)
        if segment is None or repeat.item not in self._items:
            return None
        match = None if repeat.whole else TextMatch(repeat.start, repeat.end)
        span = time_of(segment, match.start, match.end) if match else segment.span
        finding = Finding(
            repeat.item, repeat.start, repeat.end, Agent.UNKNOWN, Modality.ASSERTED, Tier.RED, repeat.score,
            repeat.rule, repeat.because,
        )  # fmt: skip
        return self._flag(finding, segment, match, span)

    def from_condition(self, condition: Condition, transcript: Transcript) -> Flag | None:
        item = self._items.get(condition.item)
        if item is None:
            return None
        segment = transcript.segment(condition.segment)
        match = _match_of(segment, condition.words) if segment else None
        finding = Finding(
            item.id,
            0,
            0,
            Agent.UNKNOWN,
            Modality.ASSERTED,
            Tier.RED,
            1.0,
            f"machine: {condition.rule}",
            condition.because,
        )
        return self._flag(finding, segment, match, condition.span)

    def _flag(self, finding: Finding, segment: Segment | None, match: TextMatch | None, span: Span | None) -> Flag:
        item = self._items[finding.item]
        segment_id = segment.id if segment else ""
        key = [self._salt, item.id, segment_id, str(match), str(span), finding.rule, str(bool(finding.suppressed))]
        flag_id = "f-" + hashlib.sha256("\n".join(key).encode()).hexdigest()[:10]
        why = f"{item.why} Raised because: {finding.because}."
        if finding.suppressed:
            why = f"{item.why} Not raised: {finding.suppressed}."
        action = item.before_trial if self._before_verdict else item.action
        f = finding
        return Flag(
            flag_id,
            item.id,
            segment_id,
            match,
            span,
            f.agent,
            f.modality,
            f.tier,
            f.score,
            f.rule,
            why,
            action,
            f.suppressed,
        )


def time_of(segment: Segment, start: int, end: int) -> Span | None:
    """When these characters are said: from the words that touch them; the whole segment where words have no times."""
    touching = [w for (a, b), w in zip(_places(segment), segment.words, strict=True) if a < end and start < b]
    if not touching:
        return segment.span
    return Span(touching[0].span.start_ms, max(w.span.end_ms for w in touching))


def _places(segment: Segment) -> list[tuple[int, int]]:
    """Character offsets of each word in the segment's text; words that are not found stay empty where they belong."""
    places, at = [], 0
    for word in segment.words:
        text = word.text.strip()
        found = segment.text.find(text, at) if text else -1
        start = at if found < 0 else found
        at = start + (len(text) if found >= 0 else 0)
        places.append((start, at))
    return places


def _match_of(segment: Segment, words: tuple[int, int] | None) -> TextMatch | None:
    if words is None:
        return None
    places = _places(segment)
    start, end = places[words[0]][0], places[words[1]][1]
    return TextMatch(start, end) if start < end else None
