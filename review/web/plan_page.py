"""The plan page: the clip as it will be, what was cut out in between, every open point, and the signature."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from starlette.responses import Response

from pipeline.canonical import Json
from pipeline.domain import (
    Aspect,
    Cue,
    CutPlan,
    Decision,
    Faces,
    Flag,
    HeardSound,
    Kept,
    LowerThird,
    NoteKind,
    Passage,
    Picture,
    Redaction,
    Role,
    Span,
    Voice,
    Word,
)  # fmt: skip
from pipeline.times import clock
from review.approval import CORE
from review.assignments import parts_now, recordings_of
from review.framings import framings_told, framings_typed
from review.places import kept_spans, read_within, silenced_spans, uncovered
from review.second_factor import is_enrolled
from review.signing import changes, keep_shown, shown_document
from review.splice import splice_warnings
from review.splices import doubtful_halves
from review.web.access import DECIDERS
from review.web.covers import cover_json
from review.web.material import is_right_to_left, material
from review.web.pages import for_script, show
from review.web.plan_facts import PlanFacts, quick_facts
from review.web.visit import Visit
from subtitles.labels import reading_told, voice_told

MOST_REMOVED_WORDS = 60
"""Of a gap, from each side; more is a click away in the transcript."""


@dataclass(frozen=True, slots=True)
class ShownWord:
    text: str
    hidden: bool
    start_ms: int


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """A kept span with its words, and what lies between it and the one before."""

    passage: Passage
    words: tuple[ShownWord, ...]
    language: str
    rtl: bool
    gap_ms: int | None
    """Recording time left out before it; None at the start and at a jump to another place."""
    jump: str
    removed: tuple[str, ...]
    warnings: tuple[str, ...]


def plans(visit: Visit) -> Response:
    rows, parts = [], parts_now(visit.store)
    for plan in visit.store.plans():
        if not parts.sees(visit.me, recordings_of(plan)):
            continue
        found = quick_facts(visit.services, plan)
        if not any(p.withdrawn for p in found.facts.profiles):
            rows.append((plan, found))
    return show(visit, "plans.html", rows=rows)


def plan(visit: Visit) -> Response:
    return plan_answer(visit, visible_plan(visit))


def visible_plan(visit: Visit) -> CutPlan:
    """The newest version of the plan named in the address.

    Raises NotFoundError when there is none, WithdrawnError when anyone in it took consent back,
    NotAssignedError when one of its interviews is other people's.
    """
    found = visit.store.plan(visit.params["plan"])
    visit.require_seeing(*recordings_of(found))
    return found


def plan_answer(
    visit: Visit, found: CutPlan, *, status: int = 200, fault: str = "", changed: tuple[str, ...] = ()
) -> Response:
    """The page, also as the answer to something refused: then with why, and what changed."""
    visit = visit.within(*recordings_of(found))
    shown = quick_facts(visit.services, found)
    if DECIDERS.admits(visit.me):
        document = keep_shown(visit.store, shown.facts, shown.cues)
    else:
        document = shown_document(shown.facts, shown.cues)
    return show(
        visit,
        "plan.html",
        status,
        fault=fault,
        changed=changed,
        since=() if changed else since_signed(visit, shown, document),
        enrolled=is_enrolled(visit.store, visit.me),
        has_signed=any(s.by == visit.me.id for s in shown.facts.sign_offs),
        mine=visit.me.id in shown.facts.makers,
        can_edit=Role.EDITOR in visit.me.roles,
        can_sign=DECIDERS.admits(visit.me) and visit.me.id not in shown.facts.makers,
        aspects=tuple(Aspect),
        pictures=tuple(Picture),
        faces=tuple(Faces),
        voices=tuple(Voice),
        found_faces=sorted({r for r in (*found.redactions, *found.shown_faces) if _is_found(found, r)}, key=_order),
        preview=for_script(preview(found, shown)),
        **plan_values(visit, found, shown),
    )


def plan_values(visit: Visit, found: CutPlan, shown: PlanFacts) -> dict[str, Any]:
    """What the page and the printed dossier have in common."""
    names = {u.id: u.name for u in visit.store.users()}
    passages = found.passages()
    pictures = {s.recording.id: s.recording.probe.picture for s in shown.facts.sources}
    return {
        "plan": found,
        "shown": shown,
        "names": names,
        "passages": [_passage(visit, found, passages, n) for n in range(len(passages))],
        "redactions": found.redactions,
        "voice_told": voice_told(found.voice) + (f" {reading_told(found.revoicing)}" if found.revoicing else ""),
        "thirds_typed": "\n".join(_typed(third) for third in found.lower_thirds),
        "sounds": found.sdh.sounds if found.sdh else (),
        "sounds_typed": "\n".join(_sound_typed(sound) for sound in found.sdh.sounds) if found.sdh else "",
        "notes_typed": {kind.value: _note(found, kind) for kind in NoteKind},
        "framings_told": framings_told(found.framings, pictures),
        "framings_typed": framings_typed(found.framings, pictures),
        "length_ms": found.clip_ms(found.total_frames),
        "sign_offs": [s for s in shown.facts.sign_offs if s.subject == CORE],
        "splices": list(_splices(shown)),
        "blocked": [r for r in shown.reasons if r.code == "flag.block"],
        "flags": _flags(shown),
    }


def _note(plan: CutPlan, kind: NoteKind) -> str:
    return next((note.card.text for note in plan.notes if note.kind is kind), "")


def _typed(third: LowerThird) -> str:
    """As it is typed, to the millisecond: saving the form changes nothing that nobody changed."""
    times = f"{clock(third.span.start_ms)}-{clock(third.span.end_ms)}"
    return " ".join(part for part in (third.language, times, third.text) if part)


def _sound_typed(sound: HeardSound) -> str:
    return f"{sound.recording}:{clock(sound.span.start_ms)}-{clock(sound.span.end_ms)} {sound.text}"


def since_signed(visit: Visit, shown: PlanFacts, document: Json) -> tuple[str, ...]:
    """What changed since this person signed an earlier state; empty when he signed this one, or none."""
    mine = [s for s in shown.facts.sign_offs if s.by == visit.me.id and s.subject == CORE]
    if not mine or mine[-1].sha256 == shown.facts.core_sha256:
        return ()
    before = visit.store.document(mine[-1].sha256)
    return changes(json.loads(before), document) if before else ("it changed since you signed it",)


def preview(found: CutPlan, shown: PlanFacts) -> Json:
    """What the preview player needs: where to play, what is silenced, what is read."""
    first = next(iter(shown.cues), None)
    cues: tuple[Cue, ...] = shown.cues[first] if first else ()
    return {
        "passages": [
            {"recording": p.recording, "start_ms": p.span.start_ms, "end_ms": p.span.end_ms,
             "clip_start_ms": p.clip_start_ms} for p in found.passages()
        ],
        "redactions": [_hidden(r) for r in found.redactions if r.kind.is_sound],
        "covers": _covers(found, shown),
        "cues": [{"start_ms": c.clip_start_ms, "end_ms": c.clip_end_ms, "lines": list(c.lines)} for c in cues],
        "rendered": f"/plans/{found.id}/preview",
        "shape": found.aspects[0].value,
        "is_mute": found.voice is not Voice.SOURCE,
        "picture": found.picture == Picture.SOURCE
        and all(s.recording.probe.picture for s in shown.facts.sources),
    }  # fmt: skip


def _hidden(redaction: Redaction) -> Json:
    return {"recording": redaction.recording, "start_ms": redaction.span.start_ms, "end_ms": redaction.span.end_ms,
            "kind": redaction.kind}  # fmt: skip


def _covers(found: CutPlan, shown: PlanFacts) -> list[Json]:
    pictures = {s.recording.id: s.recording.probe.picture for s in shown.facts.sources}
    covers = (cover_json(r, pictures.get(r.recording)) for r in found.redactions if not r.kind.is_sound)
    return [cover for cover in covers if cover]


def _is_found(plan: CutPlan, redaction: Redaction) -> bool:
    """True for a face that the search found; what people drew belongs to a flag."""
    return any(redaction.id in search.found for search in plan.searches)


def _order(redaction: Redaction) -> tuple[str, Span, str]:
    return redaction.recording, redaction.span, redaction.id


def _passage(visit: Visit, found: CutPlan, passages: tuple[Passage, ...], number: int) -> ShownPassage:
    here = passages[number]
    transcript = material(visit.store, here.recording).transcript
    before = passages[number - 1] if number else None
    gap: int | None = None
    jump, removed = "", tuple[str, ...]()
    if before is not None and before.recording != here.recording:
        jump = "another recording"
    elif before is not None and before.span.end_ms > here.span.start_ms:
        jump = "an earlier place of the recording"
    elif before is not None:
        between = Span(before.span.end_ms, here.span.start_ms)
        gap, removed = between.duration_ms, tuple(w.text.strip() for w in transcript.words_within(between))
    hidden = silenced_spans(found, here.recording)
    return ShownPassage(
        passage=here,
        words=tuple(_word(w, hidden) for w in transcript.words_within(here.span)),
        language=transcript.language,
        rtl=is_right_to_left(transcript.language),
        gap_ms=gap,
        jump=jump,
        removed=_shortened(removed),
        warnings=splice_warnings(removed),
    )


@dataclass(frozen=True, slots=True)
class ShownSplice:
    """A sentence that a cut leaves half: all its words, and which of them stay."""

    flag: Flag | None
    """None for one that is only to be looked at."""
    why: str
    start_ms: int
    words: tuple[tuple[str, bool], ...]
    overrode: tuple[str, ...]


def _splices(shown: PlanFacts) -> Iterator[ShownSplice]:
    """What blocks, and then what people should look at besides."""
    blocked = {(recording, flag.segment) for recording, flag in shown.facts.splices}
    for source in shown.facts.sources:
        name, transcript = source.recording.id, source.transcript
        hidden = silenced_spans(shown.facts.plan, name)
        kept = kept_spans(shown.facts.plan, name)
        heard = tuple(part for span in kept for part in uncovered(span, hidden))
        if transcript is None:
            continue
        for flag in (f for recording, f in shown.facts.splices if recording == name):
            segment = transcript.segment(flag.segment)
            people = tuple(o.by for o in shown.facts.overrides if o.flag == flag.id)
            yield _splice(flag, flag.why, segment.words if segment else (), heard, people)
        near = replace(transcript, segments=read_within(shown.facts.plan, name, transcript))
        for sentence, kinds in doubtful_halves(near, kept, hidden):
            if (name, sentence.segment) not in blocked:
                why = f"{', '.join(kinds)} in what was removed: does the meaning stay?"
                yield _splice(None, why, sentence.words, heard)


def _splice(
    flag: Flag | None, why: str, words: tuple[Word, ...], kept: tuple[Span, ...], overrode: tuple[str, ...] = ()
) -> ShownSplice:
    shown = tuple((w.text.strip(), any(span.overlaps(w.span) for span in kept)) for w in words)
    return ShownSplice(flag, why, words[0].span.start_ms if words else 0, shown, overrode)


def _word(word: Word, hidden: tuple[Span, ...]) -> ShownWord:
    return ShownWord(word.text.strip(), any(h.overlaps(word.span) for h in hidden), word.span.start_ms)


def _shortened(words: tuple[str, ...]) -> tuple[str, ...]:
    if len(words) <= 2 * MOST_REMOVED_WORDS:
        return words
    left_out = len(words) - 2 * MOST_REMOVED_WORDS
    return (*words[:MOST_REMOVED_WORDS], f"… {left_out} more words …", *words[-MOST_REMOVED_WORDS:])


def _flags(shown: PlanFacts) -> list[tuple[Flag, Decision | None]]:
    """Flags in kept passages, each with its decision, in time order."""
    kept: tuple[Kept, ...] = shown.facts.plan.kept
    found = []
    for source in shown.facts.sources:
        for flag in source.flags:
            inside = flag.span and any(k.recording == source.recording.id and k.span.overlaps(flag.span) for k in kept)
            if inside and flag.suppressed is None:
                found.append((flag, source.decision(flag)))
    return sorted(found, key=lambda pair: (pair[0].span.start_ms if pair[0].span else 0, pair[0].id))
