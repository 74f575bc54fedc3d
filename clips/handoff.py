"""What an editor outside gets of a plan: one redacted file for each passage, with handles that reach into nothing.

A handle ends before whatever it may not show; a passage without quiet around it has none. Without a
permit for the plan the mark is burned into every frame.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from clips.redaction import MIN_PAD_MS
from clips.render import Cues, Order, check_permit, make_renditions
from pipeline.domain import CutPlan, Faces, Kept, Passage, Permit, Picture, ReadCue, Redaction, Revoicing, Span, Voice

MEDIA = "media"
"""Folder of the files, beside the edit lists that name them."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """A redaction as a marker: frames of a reel's file."""

    kind: str
    first_frame: int
    frames: int


@dataclass(frozen=True, slots=True)
class Reel:
    """One passage as a file of its own. Frames are counted from the file's first."""

    number: int
    """Its place in the plan, from 1."""
    plan: CutPlan
    """A plan of this passage alone, handles included; never stored, never signed."""
    in_frame: int
    """The in point: so many frames are handle."""
    frames: int
    """From the in point to the out point, exclusive."""
    hidden: tuple[Hidden, ...]

    @property
    def file_name(self) -> str:
        return f"{self.plan.id}-{self.number:02d}.mp4"

    @property
    def media_frames(self) -> int:
        return self.plan.total_frames


def plan_reels(
    plan: CutPlan, barriers: Mapping[str, Sequence[Span]], durations: Mapping[str, int], handles_ms: int
) -> tuple[Reel, ...]:
    """The plan's passages in order, each with the handles that its surroundings allow.

    `barriers` are the spans of each recording that no handle may come near, `durations` their ends.
    """
    reels = []
    for number, passage in enumerate(plan.passages(), 1):
        end = durations[passage.recording]
        free = _free(passage.span, barriers.get(passage.recording, ()), end, handles_ms)
        span, lead = _widened(plan, passage, _searched(plan, passage, free))
        reels.append(_reel(plan, passage, number, span, lead))
    return tuple(reels)


def render_reels(
    plan: CutPlan, permit: Permit | None, reels: Sequence[Reel], order: Order, folder: Path, say: Callable[[str], None]
) -> None:
    """Verified files in `folder`, redacted, and marked unless there is a permit for exactly this plan.

    Raises RefusedError when the permit is for something else, VerificationError when a file is not what was meant.
    """
    if permit is not None:
        check_permit(plan, permit, order)
    for reel in reels:
        say(f"passage {reel.number} of {len(reels)}")
        cues = _read_cues(plan, reel, order)
        bare = replace(order, cues=cues, aspects=None, burn=None, is_marked=permit is None)
        (rendition,) = make_renditions(reel.plan, bare, folder)
        (folder / rendition.file_name).rename(folder / reel.file_name)


def _reel(plan: CutPlan, passage: Passage, number: int, span: Span, lead: int) -> Reel:
    inside = tuple(r for r in plan.redactions if r.recording == passage.recording and r.span.overlaps(span))
    reading = _read_here(plan, passage, plan.clip_ms(lead))
    alone = replace(
        plan, kept=(Kept(passage.recording, span),), redactions=(*inside, *_faces_elsewhere(plan, inside)),
        aspects=plan.aspects[:1], burn=(),
        opening=None, closing=None, notes=(), lower_thirds=(), revoicing=reading,
        voice=Voice.REMOVED if plan.voice is Voice.REVOICED and reading is None else plan.voice,
    )  # fmt: skip
    hidden = tuple(_hidden(plan, r, span, alone.total_frames) for r in inside)
    return Reel(number, alone, lead, passage.frames, hidden)


def _read_here(plan: CutPlan, passage: Passage, lead_ms: int) -> Revoicing | None:
    """What of the reader is heard in this passage, on its file's clock; what reaches beyond it goes on in the next.

    None where that is no more than the end of a subtitle.
    """
    made = plan.revoicing
    if made is None:
        return None
    here, cues = Span(passage.clip_start_ms, passage.clip_end_ms), []
    for cue in made.cues:
        both = here.intersection(_heard(cue))
        if both:
            first = cue.span.start_ms + both.start_ms - cue.clip_start_ms
            at_ms = both.start_ms - passage.clip_start_ms + lead_ms
            cues.append(ReadCue(cue.number, at_ms, Span(first, first + both.duration_ms)))
    found = replace(made, cues=tuple(cues))
    return found if _mostly_read(plan, found) else None


def _mostly_read(plan: CutPlan, here: Revoicing) -> list[ReadCue]:
    """Those of a part of the reading of which at least half is in it."""
    whole = {cue.number: cue.span.duration_ms for cue in plan.revoicing.cues} if plan.revoicing else {}
    return [cue for cue in here.cues if 2 * cue.span.duration_ms >= whole[cue.number]]


def _heard(cue: ReadCue) -> Span:
    return Span(cue.clip_start_ms, cue.clip_start_ms + cue.span.duration_ms)


def _read_cues(plan: CutPlan, reel: Reel, order: Order) -> Cues:
    """The subtitles that are read in a file, on its clock: what is heard again is compared with them."""
    made = reel.plan.revoicing
    if made is None:
        return {}
    texts = order.cues[made.language][plan.aspects[0]]
    placed = tuple(
        replace(texts[read.number - 1], clip_start_ms=_heard(read).start_ms, clip_end_ms=_heard(read).end_ms)
        for read in _mostly_read(plan, made)
    )
    return {made.language: {plan.aspects[0]: placed}}


def _faces_elsewhere(plan: CutPlan, inside: Sequence[Redaction]) -> tuple[Redaction, ...]:
    """Covers of faces found in the same search: they change nothing here, and without them one seems lost."""
    found = {name for search in plan.searches for name in search.found}
    return tuple(r for r in plan.redactions if r.id in found and r not in inside)


def _hidden(plan: CutPlan, redaction: Redaction, span: Span, total: int) -> Hidden:
    rate = plan.frame_rate
    first = max(0, int((redaction.span.start_ms - span.start_ms) * rate / 1000 // 1))
    last = min(total, -int(-(redaction.span.end_ms - span.start_ms) * rate / 1000 // 1))
    return Hidden(redaction.kind.value, first, max(1, last - first))


def _free(span: Span, barriers: Sequence[Span], end_ms: int, handles_ms: int) -> Span:
    """The passage with all that may be seen around it; word times are uncertain by MIN_PAD_MS."""
    before = [b.end_ms + MIN_PAD_MS for b in barriers if b.start_ms < span.start_ms]
    after = [b.start_ms - MIN_PAD_MS for b in barriers if b.end_ms > span.end_ms]
    start = min(span.start_ms, max([0, span.start_ms - handles_ms, *before]))
    return Span(start, max(span.end_ms, min([end_ms, span.end_ms + handles_ms, *after])))


def _searched(plan: CutPlan, passage: Passage, free: Span) -> Span:
    """Where faces are covered, no handle goes beyond what was searched for them."""
    if plan.faces is Faces.SHOW or plan.picture is Picture.OFF:
        return free
    looked = [s.span for s in plan.searches if s.recording == passage.recording and s.span.contains(passage.span)]
    return (looked[0].intersection(free) if looked else None) or passage.span


def _widened(plan: CutPlan, passage: Passage, free: Span) -> tuple[Span, int]:
    """A span of whole frames inside `free` with the passage in it, and the frames before the passage.

    Where rounding to milliseconds would lose a frame of the passage, one more frame of the handle goes.
    """
    rate, span = plan.frame_rate, passage.span
    most = int((span.start_ms - free.start_ms) * rate / 1000)
    for lead in range(most, -1, -1):
        start = span.start_ms - int(lead * 1000 / rate)
        tail = max(0, int((free.end_ms - start) * rate / 1000) - lead - passage.frames)
        wanted = lead + passage.frames + tail
        end = start + int(wanted * 1000 / rate) if tail else span.end_ms
        if round((end - start) * rate / 1000) == wanted and end >= span.end_ms:
            return Span(start, end), lead
    return span, 0
