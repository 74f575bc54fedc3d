"""Recordings, how far they have come, their transcripts."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from pipeline.canonical import from_text, json_text, text_sha256, to_text, transcript_json
from pipeline.corrections import apply_corrections
from pipeline.domain import Correction, Naming, Probe, Recording, Transcript, Voices, utc_now
from pipeline.errors import NotFoundError, StoreError
from pipeline.naming import apply_namings
from pipeline.store import tables
from pipeline.store.connection import Connected


class Recordings(Connected):
    """Recordings by id and digest; stages done; transcripts, every version kept."""

    def add_recording(self, recording: Recording, name: str) -> None:
        """Keep a new recording with the name of the file it came as (never shown outside).

        Raises StoreError when one with this sha256 is there already.
        """
        if self.recording_by_sha256(recording.sha256) is not None:
            raise StoreError("this recording is there already", "use the one that its sha256 names")
        row = {
            "id": recording.id, "sha256": recording.sha256, "size_bytes": recording.size_bytes, "name": _readable(name),
            "probe": to_text(recording.probe), "interviewee": recording.interviewee,
            "warning_at_ms": recording.warning_at_ms,
        }  # fmt: skip
        with self._writing() as connection:
            connection.execute(insert(tables.recordings).values(row))

    def recordings(self) -> tuple[Recording, ...]:
        """All of them, in the order they came."""
        found = self._rows(select(tables.recordings).order_by(tables.recordings.c.seq))
        return tuple(_recording(row) for row in found)

    def recording(self, recording_id: str) -> Recording:
        """Raises NotFoundError for an unknown id."""
        return _recording(self._recording_row(recording_id))

    def recording_name(self, recording_id: str) -> str:
        """The file name it came with. Raises NotFoundError for an unknown id."""
        return str(self._recording_row(recording_id).name)

    def recording_by_sha256(self, sha256: str) -> Recording | None:
        row = self._row(select(tables.recordings).where(tables.recordings.c.sha256 == sha256))
        return _recording(row) if row else None

    def set_interviewee(self, recording_id: str, code: str) -> None:
        """Say whose interview this is. Raises NotFoundError for an unknown recording."""
        self._set(recording_id, interviewee=code)

    def set_warning(self, recording_id: str, at_ms: int) -> None:
        """Say when the warning is heard. Raises NotFoundError for an unknown recording."""
        self._set(recording_id, warning_at_ms=at_ms)

    def finish_stage(self, recording_id: str, stage: str, sha256: str) -> None:
        """Note that a stage is done and durable, with the digest of what it was made from or made."""
        table = tables.stages
        row = {"recording": recording_id, "stage": stage, "sha256": sha256, "at": utc_now()}
        with self._writing() as connection:
            mine = (table.c.recording == recording_id) & (table.c.stage == stage)
            if connection.execute(update(table).where(mine).values(row)).rowcount == 0:
                connection.execute(insert(table).values(row))

    def stage(self, recording_id: str, stage: str) -> str | None:
        """The digest noted when this stage was finished; None when it has not been."""
        table = tables.stages
        row = self._row(select(table.c.sha256).where(table.c.recording == recording_id, table.c.stage == stage))
        return str(row.sha256) if row else None

    def save_shot_changes(self, recording_id: str, times_ms: Sequence[int]) -> None:
        """Keep when new shots begin, in place of what was known. Raises StoreError when the recording is unknown."""
        table = tables.shot_changes
        row = {"recording": recording_id, "times_ms": json.dumps(list(times_ms))}
        with self._writing() as connection:
            connection.execute(delete(table).where(table.c.recording == recording_id))
            connection.execute(insert(table).values(row))

    def shot_changes(self, recording_id: str) -> tuple[int, ...]:
        """When new shots begin, in recording time; nothing as long as nobody has looked."""
        table = tables.shot_changes
        row = self._row(select(table.c.times_ms).where(table.c.recording == recording_id))
        return tuple(json.loads(row.times_ms)) if row else ()

    def save_transcript(self, recording_id: str, transcript: Transcript) -> int:
        """Keep a transcript as the recording's newest and return its version; the same one again adds none.

        Raises NotFoundError for an unknown recording.
        """
        with self._writing() as connection:
            self._recording_row(recording_id)
            version = self.transcript_version(recording_id)
            if version and self.heard_transcript(recording_id) == transcript:
                return version
            row = {"recording": recording_id, "version": version + 1, "body": to_text(transcript)}
            connection.execute(insert(tables.transcripts).values(row))
            return version + 1

    def transcript(self, recording_id: str) -> Transcript | None:
        """The newest one with whose voices they are and people's corrections laid over it; None before there is any."""
        heard = self.heard_transcript(recording_id)
        namings = self.namings(recording_id)
        if heard and namings:
            heard = apply_namings(heard, self.voices(recording_id), namings)
        return apply_corrections(heard, self.corrections(recording_id)) if heard else None

    def save_voices(self, recording_id: str, voices: Voices | None) -> None:
        """Keep who speaks when, in place of what was known. Raises StoreError when the recording is unknown."""
        table = tables.voices
        with self._writing() as connection:
            connection.execute(delete(table).where(table.c.recording == recording_id))
            if voices:
                connection.execute(insert(table).values(recording=recording_id, body=to_text(voices)))

    def voices(self, recording_id: str) -> Voices | None:
        """Who speaks when; None where nobody told voices apart."""
        table = tables.voices
        row = self._row(select(table.c.body).where(table.c.recording == recording_id))
        return from_text(Voices, row.body) if row else None

    def voices_version(self, recording_id: str) -> str:
        """Another one whenever voices are told apart anew; empty where nobody told them apart."""
        table = tables.voices
        row = self._row(select(table.c.body).where(table.c.recording == recording_id))
        return text_sha256(row.body)[:8] if row else ""

    def add_naming(self, naming: Naming) -> None:
        """Raises StoreError when the recording is unknown."""
        with self._writing() as connection:
            row = {"recording": naming.recording, "body": to_text(naming)}
            connection.execute(insert(tables.namings).values(row))

    def namings(self, recording_id: str) -> tuple[Naming, ...]:
        """Everything people ever said about whose voices they are, the earliest first."""
        table = tables.namings
        found = self._rows(select(table.c.body).where(table.c.recording == recording_id).order_by(table.c.seq))
        return tuple(from_text(Naming, row.body) for row in found)

    def add_correction(self, correction: Correction) -> None:
        """Raises StoreError when the recording is unknown."""
        row = {"recording": correction.recording, "body": to_text(correction)}
        with self._writing() as connection:
            connection.execute(insert(tables.corrections).values(row))

    def corrections(self, recording_id: str) -> tuple[Correction, ...]:
        """Every correction ever made, the earliest first."""
        table = tables.corrections
        found = self._rows(select(table.c.body).where(table.c.recording == recording_id).order_by(table.c.seq))
        return tuple(from_text(Correction, row.body) for row in found)

    def heard_transcript(self, recording_id: str) -> Transcript | None:
        """The newest one as the engine heard it or the file brought it; None before there is any."""
        table = tables.transcripts
        newest = select(table.c.body).where(table.c.recording == recording_id).order_by(table.c.version.desc())
        row = self._row(newest)
        return from_text(Transcript, row.body) if row else None

    def transcript_sha256(self, recording_id: str) -> str:
        """Digest of the newest transcript with its corrections; of nothing before there is any."""
        transcript = self.transcript(recording_id)
        return text_sha256(json_text(transcript_json(transcript)) if transcript else "")

    def transcript_version(self, recording_id: str) -> int:
        """How many transcripts there have been; 0 before the first."""
        table = tables.transcripts
        row = self._row(select(func.max(table.c.version)).where(table.c.recording == recording_id))
        return int(row[0]) if row and row[0] else 0

    def _set(self, recording_id: str, **values: object) -> None:
        table = tables.recordings
        with self._writing() as connection:
            if connection.execute(update(table).where(table.c.id == recording_id).values(values)).rowcount == 0:
                raise _unknown(recording_id)

    def _recording_row(self, recording_id: str) -> Row[Any]:
        row = self._row(select(tables.recordings).where(tables.recordings.c.id == recording_id))
        if row is None:
            raise _unknown(recording_id)
        return row


def _readable(name: str) -> str:
    """Disks may hold names that are no UTF-8, which no database keeps."""
    return name.encode(errors="surrogateescape").decode(errors="replace")


def _recording(row: Row[Any]) -> Recording:
    made = Recording(row.id, row.sha256, row.size_bytes, from_text(Probe, row.probe), row.interviewee)
    return replace(made, warning_at_ms=row.warning_at_ms)


def _unknown(recording_id: str) -> NotFoundError:
    return NotFoundError(f"no recording {recording_id}", "counterclip status lists the recordings")
