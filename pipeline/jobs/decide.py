"""A decision needs sound as well as words: a redaction grows to the quiet around what is removed."""

import re

from clips.keeping import holds
from clips.redaction import grow, of_fixed_length
from pipeline.domain import Choice, Decision, Flag, Redaction, RedactionKind, Segment, Span, User, new_id
from pipeline.errors import NotFoundError, PipelineError
from pipeline.ingest import SOUND_FILE
from pipeline.jobs.ingest import current_checklist
from pipeline.settings import REDACTION_LENGTHS
from pipeline.sound import read_sound, sound_duration_ms
from pipeline.store import Store
from pipeline.workspace import Workspace
from review.approval import SIGNERS
from review.assignments import PARTS, require_part
from review.decisions import add_missing_flag, decide_flag

CONTEXT_MS = 2_000
"""Sound read on each side of the words to find the quiet around them."""

REPLACEMENTS = {
    "identity.person": "[name removed]",
    "network.co_member": "[name removed]",
    "network.facilitator": "[name removed]",
    "identity.location": "[place removed]",
    "identity.contact": "[contact removed]",
    "identity.date": "[date removed]",
}
"""What subtitles show instead; always the same for one item, so that its length tells nothing."""


def decide_and_redact(
    workspace: Workspace, store: Store, person: User, flag_id: str, choice: Choice, reason: str, note: str = "",
    sound: RedactionKind | None = None, words: str | None = None, length_ms: int | None = None,
) -> Decision:  # fmt: skip
    """Keep a person's decision; for `redact` with the grown span of the flagged (or chosen) words.

    `length_ms` makes it this long or a multiple of it; None: as the settings say.

    Raises NotFoundError for an unknown flag, PipelineError when the words cannot be located in time or another choice
    has a length.
    """
    recording, flag = store.flag(flag_id)
    require_part(store, person, [recording], *SIGNERS)
    redaction = None
    if length_ms is not None and choice is not Choice.REDACT:
        raise PipelineError(f"{choice} removes nothing, so it has no length", "leave --length out, or redact")
    if choice is Choice.REDACT:
        span = _chosen_span(store, recording, flag, words)
        kind = sound or workspace.settings.redaction_sound
        redaction = redaction_of(workspace, recording, span, kind, flag, length_ms)
    return decide_flag(store, person, flag_id, choice, reason, note, redaction)


def words_taken_along(store: Store, made: Decision, words: str | None = None) -> int:
    """How many words a redaction removes besides those that it is about."""
    if made.redaction is None:
        return 0
    _, flag = store.flag(made.flag)
    meant = _chosen_span(store, made.recording, flag, words)
    transcript = store.transcript(made.recording)
    gone = [
        w for s in (transcript.segments if transcript else ()) for w in s.words if holds(made.redaction.span, w.span)
    ]
    return sum(not w.span.overlaps(meant) for w in gone)


def redaction_of(
    workspace: Workspace, recording: str, span: Span, kind: RedactionKind, flag: Flag, length_ms: int | None = None
) -> Redaction:
    """A sound redaction of these words, grown to the quiet on both sides, and to a fixed length where one is set.

    Raises PipelineError when `kind` hides no sound, or `length_ms` is not among REDACTION_LENGTHS.
    """
    if not kind.is_sound:
        raise PipelineError(f"{kind} hides a picture, not words", "use silence, tone or room")
    sound = workspace.recording_folder(recording) / SOUND_FILE
    around = Span(max(0, span.start_ms - CONTEXT_MS), span.end_ms + CONTEXT_MS)
    samples = read_sound(sound, around)
    duration = sound_duration_ms(sound)
    placed = grow(span, samples, duration, workspace.settings.redaction_pad_ms, around.start_ms)
    length = workspace.settings.redaction_length_ms if length_ms is None else length_ms
    if length not in (0, *REDACTION_LENGTHS):
        raise PipelineError("that is no length for a redaction", "half a second to ten seconds, or 0 for none")
    placed = of_fixed_length(placed, length, duration) if length else placed
    return Redaction(new_id("x"), recording, kind, placed, None, REPLACEMENTS.get(flag.item, "[removed]"), flag.id)


def flag_by_hand(
    workspace: Workspace, store: Store, person: User, recording: str, segment_id: str, item: str, reason: str,
    words: str | None,
) -> Flag:  # fmt: skip
    """Keep a flag that a person raised on words of a segment, or on all of it.

    Raises NotFoundError for an unknown segment or item.
    """
    require_part(store, person, [recording], *PARTS)
    segment = _segment(store, recording, segment_id)
    checklist = current_checklist(workspace)
    known = {entry.id: entry for entry in checklist.items}
    if item not in known:
        raise NotFoundError(
            f"no checklist item {item!r}",
            "counterclip check --self-test lists the files; items are named family.item",
        )
    span = _span_of_words(segment, words) if words else segment.span
    return add_missing_flag(store, person, recording, segment, span, item, known[item].action, reason)


def _chosen_span(store: Store, recording: str, flag: Flag, words: str | None) -> Span:
    if words:
        return _span_of_words(_segment(store, recording, flag.segment), words)
    if flag.span is None:
        raise PipelineError(
            f"{flag.id} has no time, so it cannot be redacted",
            "decide cut or block, or name its words with --words",
        )
    return flag.span


def _segment(store: Store, recording: str, segment_id: str) -> Segment:
    transcript = store.transcript(recording)
    segment = transcript.segment(segment_id) if transcript else None
    if segment is None:
        raise NotFoundError(f"no segment {segment_id} in {recording}", f"counterclip review list {recording}")
    return segment


def words_of(store: Store, recording: str, segment_id: str, words: str | None) -> range:
    """The words of a segment that `4-6` names, 0 first; all of them without it.

    Raises NotFoundError for an unknown segment, PipelineError when it has no such words.
    """
    segment = _segment(store, recording, segment_id)
    return _numbers(segment, words or f"1-{len(segment.words)}")


def _span_of_words(segment: Segment, words: str) -> Span:
    numbers = _numbers(segment, words)
    return Span(segment.words[numbers[0]].span.start_ms, segment.words[numbers[-1]].span.end_ms)


def _numbers(segment: Segment, words: str) -> range:
    match = re.fullmatch(r"([0-9]{1,6})(?:-([0-9]{1,6}))?", words)
    first, last = match.groups() if match else ("0", None)
    count = len(segment.words)
    if not 1 <= int(first) <= int(last or first) <= count:
        raise PipelineError(f"not words of {segment.id}: {words!r}", f"it has words 1 to {count}: write 4 or 4-6")
    return range(int(first) - 1, int(last or first))
