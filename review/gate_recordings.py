"""The plan and its recordings: newest version, unchanged originals, timed and read words, sane redactions (pure)."""

from collections.abc import Iterator

from pipeline.domain import Segment, Span
from review.approval import Source
from review.gate import GateFacts, Reason
from review.places import kept_spans, read_within, times


def plan_version(facts: GateFacts) -> Iterator[Reason]:
    plan = facts.plan
    if plan.version != facts.latest_version:
        yield Reason(
            "plan.superseded",
            f"{plan.id} version {plan.version} is not the newest: there is version {facts.latest_version}",
            f"counterclip plan show {plan.id}, then sign and cut the newest",
        )
    if not plan.kept:
        yield Reason("plan.empty", f"{plan.id} keeps nothing", f"counterclip plan edit {plan.id} --keep START-END")


def originals(facts: GateFacts) -> Iterator[Reason]:
    for source in facts.sources:
        recording = source.recording
        found = facts.originals_sha256.get(recording.id)
        if found is None:
            yield Reason(
                "original.missing",
                f"the original of {recording.id} cannot be read",
                "mount the disk it lies on, or ingest the same file again from its new place",
            )
        elif found != recording.sha256:
            yield Reason(
                "original.changed",
                f"the original of {recording.id} is not the file that was ingested: its sha256 differs",
                "put the unchanged file back; a changed one is another recording and is ingested as such",
            )


def kept_words(facts: GateFacts) -> Iterator[Reason]:
    """Kept spans lie inside their recording, and all that is said in them has times."""
    for source in facts.sources:
        for span in kept_spans(facts.plan, source.recording.id):
            yield from _span_inside(facts, source, span)
        if source.transcript is None:
            yield Reason("transcript.missing", f"{source.recording.id} has no transcript", "ingest it again")
            continue
        if source.transcript.voiced is None:
            yield Reason(
                "voice.unknown",
                f"nobody has listened to {source.recording.id} for speech that the transcript leaves out",
                "ingest it again",
            )
        for segment in _untimed(facts, source):
            yield Reason(
                "words.untimed",
                f"segment {segment.id} of {source.recording.id} has words without times",
                "ingest it again so that they are aligned, or keep a span without it",
            )


def _span_inside(facts: GateFacts, source: Source, span: Span) -> Iterator[Reason]:
    end = source.recording.probe.duration_ms
    if span.end_ms > end or not span.duration_ms:
        yield Reason(
            "kept.outside",
            f"the kept span {times(span)} is not inside {source.recording.id}, which ends at {end} ms",
            f"counterclip plan edit {facts.plan.id} --keep START-END",
        )


def _untimed(facts: GateFacts, source: Source) -> Iterator[Segment]:
    """Segments with text but no word times that are in a kept span, or could be."""
    reached = set(read_within(facts.plan, source.recording.id, source.transcript))
    for segment in source.transcript.segments if source.transcript else ():
        if segment.text.strip() and not segment.words and (segment in reached or segment.span is None):
            yield segment


def readings(facts: GateFacts) -> Iterator[Reason]:
    """No rule makes a segment clear: a named person has read each one, as its text is now."""
    for source in facts.sources:
        recording = source.recording.id
        reached = read_within(facts.plan, recording, source.transcript)
        if unread := [s.id for s in reached if source.reading(s) is None]:
            yield Reason(
                "segment.unread",
                f"nobody has read {', '.join(unread)} of {recording} as the text is now",
                f"counterclip review read {recording} {' '.join(unread)}",
            )


def redactions(facts: GateFacts) -> Iterator[Reason]:
    """A redaction that lies nowhere redacts nothing, and would look as if it did."""
    known = {s.recording.id: s.recording.probe.duration_ms for s in facts.sources}
    for redaction in facts.plan.redactions:
        where = f"redaction {redaction.id} {times(redaction.span)}"
        again = f"decide it again, then counterclip plan edit {facts.plan.id}"
        if redaction.recording not in known:
            yield Reason("redaction.elsewhere", f"{where} is in {redaction.recording}, which is not kept", again)
        elif redaction.span.end_ms > known[redaction.recording]:
            yield Reason("redaction.outside", f"{where} reaches past the end of {redaction.recording}", again)
        if not redaction.span.duration_ms:
            yield Reason("redaction.empty", f"{where} has no length", again)


def checklist(facts: GateFacts) -> Iterator[Reason]:
    for source in facts.sources:
        recording = source.recording.id
        if source.checklist_sha256 is None:
            yield Reason("checklist.missing", f"{recording} has not been checked", "ingest it again")
        elif source.checklist_sha256 != facts.checklist_sha256:
            yield Reason(
                "checklist.stale",
                f"{recording} was checked with another checklist than the present one",
                "ingest it again: only the check is repeated, decisions are kept",
            )
        elif recording in facts.stale:
            yield Reason(
                "checklist.stale",
                f"the transcript of {recording} has changed since it was checked",
                "ingest it again: only the check is repeated, decisions are kept",
            )
