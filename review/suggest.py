"""Clip-sized passages worth looking at: whole sentences, told apart from what may not be used (pure).

Nothing here judges the person: what counts is whether a passage can be understood alone, what it tells
of by the checklist, how well it was heard, and how much of it would have to be taken out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from pipeline.domain import Action, Choice, Decision, Flag, Kept, Profile, Span, Tier, Transcript
from pipeline.words import SPACELESS, bare
from review.gate import BEFORE_VERDICT_ITEMS
from review.gate_flags import UNTRANSCRIBED
from review.gate_people import is_before_verdict
from review.places import NEAR_MS, place_of
from review.sentences import Sentence, find_runs

TELLS = ("narrative.", "victims.")
COUNTERWEIGHT_ITEM = "message.no_consequence"
SHORTEST, LONGEST = 0.5, 1.25
"""Of the length asked for."""

WEIGHTS = {"narrative": 0.30, "opening": 0.25, "clarity": 0.15, "cleaning": 0.15, "pace": 0.10, "length": 0.05}
"""What a good passage is made of; together 1."""

CALM = (100, 180)
"""Words a minute that viewers follow with ease (BBC subtitle guidelines: 160-180 at most)."""

SURE = (0.6, 0.95)
"""Mean probability of the words: nothing is understood at the first, everything at the second."""

SEEN_BEFORE = 0.7
"""What is left of the score of a passage that a plan keeps already."""


@dataclass(frozen=True, slots=True)
class Material:
    """One interview as the store knows it."""

    recording: str
    interviewee: str | None
    transcript: Transcript
    flags: tuple[Flag, ...]
    decisions: tuple[Decision, ...]
    profile: Profile | None
    planned: tuple[tuple[str, Kept], ...] = ()
    """Plans with what they keep of this recording."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A passage, why it is proposed, and what speaks against it."""

    recording: str
    interviewee: str | None
    span: Span
    segment: str
    """Where it begins."""
    text: str
    score: float
    parts: tuple[tuple[str, float], ...]
    """What the score is made of, each 0 to 1; WEIGHTS says how much each counts."""
    reasons: tuple[str, ...]
    narratives: tuple[str, ...]


def suggest_passages(material: Material, length_ms: int, narrative: str | None = None) -> tuple[Suggestion, ...]:
    """The best passage from each place of an interview, best first, none over another.

    A passage never touches what is blocked, was decided to be left out, or is with counsel. With
    `narrative` each tells of that item.
    """
    placed = _Placed.of(material)
    found = [s for run in find_runs(material.transcript) for s in _of_run(run, placed, length_ms, narrative)]
    return apart(found)


def apart(found: Sequence[Suggestion]) -> tuple[Suggestion, ...]:
    """The best first; whatever lies over a better one is left out."""
    kept: list[Suggestion] = []
    for one in sorted(found, key=lambda s: (-s.score, s.recording, s.span)):
        if not any(one.recording == other.recording and one.span.overlaps(other.span) for other in kept):
            kept.append(one)
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class _Cost:
    """What a flag asks for."""

    flag: Flag
    place: Span
    redact: bool
    undecided: bool


@dataclass(frozen=True, slots=True)
class _Placed:
    """The flags of an interview sorted by what they mean for a passage."""

    material: Material
    barred: tuple[Span, ...]
    costs: tuple[_Cost, ...]
    tells: tuple[tuple[str, Span], ...]
    everything: bool
    """Something blocks whose place nobody knows."""

    @classmethod
    def of(cls, material: Material) -> "_Placed":
        decided = {d.flag: d for d in material.decisions}
        barred, costs, tells, everything = [], [], [], False
        for flag in material.flags:
            place, decision = place_of(flag, material.transcript), decided.get(flag.id)
            standing = flag.tier is Tier.RED and flag.suppressed is None
            if _is_barred(flag, decision, material.profile, standing=standing):
                everything |= place is None
                barred.append(_grown(flag, place) if place else Span(0, 0))
            elif place and standing and flag.item.startswith(TELLS):
                tells.append((flag.item, place))
            elif place and (standing or decision) and (cost := _cost(flag, place, decision)):
                costs.append(cost)
        return cls(material, tuple(barred), tuple(costs), tuple(tells), everything)

    def within(self, span: Span) -> "_Placed":
        """Only what lies in this span."""
        return _Placed(
            self.material,
            tuple(b for b in self.barred if b.overlaps(span)),
            tuple(c for c in self.costs if c.place.overlaps(span)),
            tuple(t for t in self.tells if t[1].overlaps(span)),
            self.everything,
        )


def _is_barred(flag: Flag, decision: Decision | None, profile: Profile | None, *, standing: bool) -> bool:
    if decision is not None and decision.choice in (Choice.CUT, Choice.BLOCK, Choice.COUNSEL):
        return True
    if not standing or (decision is not None and decision.choice is Choice.REDACT):
        return False
    if flag.item == UNTRANSCRIBED and decision is not None:
        return False  # somebody listened and said that it may stay
    return flag.action is Action.BLOCK or (flag.item in BEFORE_VERDICT_ITEMS and is_before_verdict(profile))


def _grown(flag: Flag, place: Span) -> Span:
    """Where a voice without words begins is only known roughly."""
    reach = NEAR_MS if flag.item == UNTRANSCRIBED else 0
    return Span(max(0, place.start_ms - reach), place.end_ms + reach)


def _cost(flag: Flag, place: Span, decision: Decision | None) -> _Cost | None:
    redact = decision.choice is Choice.REDACT if decision else flag.action is Action.REDACT
    undecided = decision is None and flag.action is not Action.TAG
    return _Cost(flag, place, redact, undecided) if redact or undecided else None


def _of_run(run: Sequence[Sentence], placed: _Placed, length_ms: int, narrative: str | None) -> Iterator[Suggestion]:
    """The best end for each beginning."""
    if placed.everything:
        return
    usable = [not any(s.span.overlaps(b) for b in placed.barred) for s in run]
    for first in range(len(run)):
        if not usable[first]:
            continue
        start = run[first].span.start_ms
        near = placed.within(Span(start, start + round(LONGEST * length_ms)))
        made = [
            _suggestion(run[first : last + 1], near, narrative, length_ms)
            for last in _lasts(run, first, usable, length_ms)
        ]
        if proposed := [one for one in made if one is not None]:
            yield max(proposed, key=lambda one: one.score)


def _lasts(run: Sequence[Sentence], first: int, usable: Sequence[bool], length_ms: int) -> Iterator[int]:
    """Sentences that a passage of about the length can end with."""
    for last in range(first, len(run)):
        duration = run[last].span.end_ms - run[first].span.start_ms
        if not usable[last] or duration > LONGEST * length_ms:
            return
        if duration >= SHORTEST * length_ms:
            yield last


def _suggestion(
    sentences: Sequence[Sentence], placed: _Placed, narrative: str | None, length_ms: int
) -> Suggestion | None:
    """None when something barred lies between its sentences, or it does not tell of the narrative."""
    material, span = placed.material, Span(sentences[0].span.start_ms, sentences[-1].span.end_ms)
    told = [item for item, place in placed.tells if place.overlaps(span)]
    if any(span.overlaps(b) for b in placed.barred) or (narrative is not None and narrative not in told):
        return None
    costs = [c for c in placed.costs if c.place.overlaps(span)]
    judged = {
        "narrative": _narrative(told),
        "opening": _opening(sentences[0]),
        "clarity": _clarity(sentences),
        "cleaning": _cleaning(costs),
        "pace": _pace(sentences, span),
        "length": (max(0.0, 1 - abs(span.duration_ms - length_ms) / length_ms), ""),
    }
    plans = tuple(dict.fromkeys(plan for plan, kept in material.planned if kept.span.overlaps(span)))
    score = sum(WEIGHTS[name] * value for name, (value, _) in judged.items()) * (SEEN_BEFORE if plans else 1)
    reasons = [reason for _, reason in judged.values() if reason]
    if any(c.flag.item == COUNTERWEIGHT_ITEM for c in costs):
        reasons.append("tells of coming home unharmed: it needs a consequence beside it")
    reasons += [f"{plan} keeps some of it already" for plan in plans]
    return Suggestion(
        recording=material.recording,
        interviewee=material.interviewee,
        span=span,
        segment=sentences[0].segment,
        text=" ".join(s.text for s in sentences),
        score=round(score, 4),
        parts=tuple((name, round(value, 3)) for name, (value, _) in judged.items()),
        reasons=tuple(reasons),
        narratives=tuple(dict.fromkeys(told)),
    )


Judged = tuple[float, str]


def _narrative(told: Sequence[str]) -> Judged:
    """Different things told count more than the same thing told again."""
    kinds = tuple(dict.fromkeys(item.split(".", 1)[1].replace("_", " ") for item in told))
    if not kinds:
        return 0.0, "tells of none of the narratives"
    places = f" ({len(told)} places)" if len(told) > 1 else ""
    return 1 - 0.55 ** (len(kinds) + 0.5 * (len(told) - len(kinds))), f"tells of {', '.join(kinds)}{places}"


def _opening(first: Sentence) -> Judged:
    if leans(first.text, first.language) or (first.draft and leans(first.draft, "en")):
        return 0.0, "begins with a word that leans on what came before"
    return 1.0, "begins by itself"


def leans(text: str, language: str) -> bool:
    """True when a text begins with a word that only what came before explains; unknown languages never do."""
    words = [bare(word) for word in text.split()[:2]]
    known = _openers().get(language.split("-")[0].lower(), frozenset())
    return bool(words) and (words[0] in known or " ".join(words) in known)


@lru_cache
def _openers() -> Mapping[str, frozenset[str]]:
    """By language; Serbian, Croatian and Montenegrin begin their sentences as Bosnian does."""
    read = yaml.safe_load((Path(__file__).parent / "openers.yaml").read_text(encoding="utf-8"))
    known = {lang: frozenset(" ".join(map(bare, w.split())) for w in words.split(",")) for lang, words in read.items()}
    return known | dict.fromkeys(("sr", "hr", "sh", "cnr"), known["bs"])


def _clarity(sentences: Sequence[Sentence]) -> Judged:
    known = [w.probability for s in sentences for w in s.words if w.probability is not None]
    if not known:
        return 0.5, ""
    mean = sum(known) / len(known)
    value = min(1.0, max(0.0, (mean - SURE[0]) / (SURE[1] - SURE[0])))
    how = "clearly heard" if value > 0.7 else "heard with doubts" if value > 0.3 else "badly heard"
    return value, f"{how} (words {mean:.2f} sure)"


def _pace(sentences: Sequence[Sentence], span: Span) -> Judged:
    if sentences[0].language.split("-")[0] in SPACELESS:
        return 0.5, ""  # letters are no words: nothing to compare with
    rate = 60_000 * sum(len(s.words) for s in sentences) / max(1, span.duration_ms)
    if rate < CALM[0]:
        return max(0.0, rate / CALM[0] * 2 - 1), f"slow, with pauses ({rate:.0f} words a minute)"
    if rate > CALM[1]:
        return max(0.0, 2 - rate / CALM[1]), f"fast ({rate:.0f} words a minute)"
    return 1.0, f"calm pace ({rate:.0f} words a minute)"


def _cleaning(costs: Sequence[_Cost]) -> Judged:
    redact, undecided = sum(c.redact for c in costs), sum(c.undecided for c in costs)
    if not costs:
        return 1.0, "nothing to clean"
    said = [f"{redact} to redact"] if redact else []
    said += [f"{undecided} undecided"] if undecided else []
    return 1 / (1 + 0.3 * redact + 0.2 * undecided), ", ".join(said)
