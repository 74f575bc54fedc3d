"""Flags, and what people decided, read and overrode. All but flags is append-only history."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import delete, func, insert, select, update

from pipeline.canonical import from_text, text_sha256, to_text
from pipeline.domain import Claim, Decision, Flag, Override, Reading, Span, TextMatch, utc_now
from pipeline.errors import NotFoundError
from pipeline.store import tables
from pipeline.store.recordings import Recordings

NO_LONGER_RAISED = "the checklist no longer raises it; kept because a person judged it"


@dataclass(frozen=True, slots=True)
class CheckRun:
    """What the flags of a recording were raised from."""

    checklist_sha256: str
    transcript_sha256: str
    """Of the transcript with the corrections it had then."""


Sameness = tuple[str, str, str, Span | None, TextMatch | None, str]


class Judgements(Recordings):
    """Flags with the decisions, readings and overrides about them."""

    def replace_flags(self, recording_id: str, flags: Sequence[Flag], checklist_sha256: str) -> None:
        """Put newly raised flags in place of those the machine raised before.

        A flag that is the same (item, segment's text, span, match, rule) keeps its old id, so that decisions survive
        a new check, and a new recognition that leaves its place as it was. Flags that people added stay. One that is
        not raised again stays too when someone judged it, suppressed, so that no verdict is ever lost.
        """
        with self.transaction():
            texts = self._segment_digests(recording_id)
            known = self._ids_by_sameness(recording_id)
            kept = [self._with_known_id(flag, texts, known) for flag in flags]
            self._remove_machine_flags(recording_id, {f.id for f in kept})
            for position, flag in enumerate(kept):
                self._put_flag(recording_id, flag, position, texts.get(flag.segment, ""), None)
            self._note_check(recording_id, checklist_sha256)

    def add_flag(self, recording_id: str, flag: Flag, by: str) -> None:
        """Keep a flag that a person added. Raises NotFoundError for an unknown recording."""
        with self._writing():
            self.recording(recording_id)
            text = self._segment_digests(recording_id).get(flag.segment, "")
            count = self._row(select(func.count()).where(tables.flags.c.recording == recording_id))
            self._put_flag(recording_id, flag, int(count[0]) if count else 0, text, by)

    def flags(self, recording_id: str) -> tuple[Flag, ...]:
        """Every flag, suppressed ones included: the checklist's in its order, then those people added."""
        table = tables.flags
        mine = select(table.c.body).where(table.c.recording == recording_id)
        in_order = mine.order_by(table.c.by.is_not(None), table.c.position, table.c.id)
        return tuple(from_text(Flag, row.body) for row in self._rows(in_order))

    def flag(self, flag_id: str) -> tuple[str, Flag]:
        """A flag and the id of its recording. Raises NotFoundError for an unknown id."""
        row = self._row(select(tables.flags).where(tables.flags.c.id == flag_id))
        if row is None:
            raise NotFoundError(f"no flag {flag_id}", "counterclip review list shows the flags")
        return str(row.recording), from_text(Flag, row.body)

    def check_run(self, recording_id: str) -> CheckRun | None:
        """What the present flags were raised from; None before the first check."""
        row = self._row(select(tables.checks).where(tables.checks.c.recording == recording_id))
        return CheckRun(row.checklist_sha256, row.transcript_sha256) if row else None

    def checklist_sha256(self, recording_id: str) -> str | None:
        """Digest of the checklist that raised the present flags; None before the first check."""
        run = self.check_run(recording_id)
        return run.checklist_sha256 if run else None

    def add_decision(self, decision: Decision) -> None:
        """Raises StoreError when the recording or flag is unknown."""
        row = {"id": decision.id, "recording": decision.recording, "flag": decision.flag,
               "body": to_text(decision)}  # fmt: skip
        with self._writing() as connection:
            connection.execute(insert(tables.decisions).values(row))

    def decisions(self, recording_id: str) -> tuple[Decision, ...]:
        """The latest decision of each flag that was not taken back, in the order of first decisions."""
        gone = self.retracted(recording_id)
        latest = {d.flag: d for d in self.decision_history(recording_id) if d.id not in gone}
        return tuple(latest.values())

    def decision_history(self, recording_id: str) -> tuple[Decision, ...]:
        """Every decision ever made, the earliest first."""
        table = tables.decisions
        found = self._rows(select(table.c.body).where(table.c.recording == recording_id).order_by(table.c.seq))
        return tuple(from_text(Decision, row.body) for row in found)

    def retract_decision(self, decision_id: str, by: str) -> None:
        """Take a decision back; the one before it holds again. Raises StoreError when that is done already."""
        with self._writing() as connection:
            connection.execute(insert(tables.retractions).values(decision=decision_id, by=by, at=utc_now()))

    def retracted(self, recording_id: str) -> frozenset[str]:
        """Ids of the decisions that were taken back."""
        back, made = tables.retractions, tables.decisions
        mine = select(back.c.decision).join(made, made.c.id == back.c.decision)
        return frozenset(str(row.decision) for row in self._rows(mine.where(made.c.recording == recording_id)))

    def add_claim(self, claim: Claim) -> None:
        """Raises StoreError when the recording or flag is unknown."""
        row = {"recording": claim.recording, "flag": claim.flag, "body": to_text(claim)}
        with self._writing() as connection:
            connection.execute(insert(tables.claims).values(row))

    def claims(self, recording_id: str) -> tuple[Claim, ...]:
        """What is known now about each claim of innocence, in the order they were first looked into."""
        table = tables.claims
        found = self._rows(select(table.c.body).where(table.c.recording == recording_id).order_by(table.c.seq))
        latest = {claim.flag: claim for row in found for claim in (from_text(Claim, row.body),)}
        return tuple(latest.values())

    def add_reading(self, reading: Reading) -> None:
        """Raises StoreError when the recording is unknown."""
        with self._writing() as connection:
            row = {"recording": reading.recording, "body": to_text(reading)}
            connection.execute(insert(tables.readings).values(row))

    def readings(self, recording_id: str) -> tuple[Reading, ...]:
        """Every reading, the earliest first."""
        table = tables.readings
        found = self._rows(select(table.c.body).where(table.c.recording == recording_id).order_by(table.c.seq))
        return tuple(from_text(Reading, row.body) for row in found)

    def add_override(self, override: Override) -> None:
        """Raises StoreError when the flag is unknown."""
        with self._writing() as connection:
            row = {"plan": override.plan, "flag": override.flag, "body": to_text(override)}
            connection.execute(insert(tables.overrides).values(row))

    def overrides(self, plan_id: str) -> tuple[Override, ...]:
        """Every override for this plan, the earliest first."""
        table = tables.overrides
        found = self._rows(select(table.c.body).where(table.c.plan == plan_id).order_by(table.c.seq))
        return tuple(from_text(Override, row.body) for row in found)

    def _segment_digests(self, recording_id: str) -> dict[str, str]:
        transcript = self.transcript(recording_id)
        return {s.id: text_sha256(s.text) for s in transcript.segments} if transcript else {}

    def _ids_by_sameness(self, recording_id: str) -> dict[Sameness, list[str]]:
        table = tables.flags
        known = defaultdict(list)
        mine = select(table).where(table.c.recording == recording_id, table.c.by.is_(None))
        for row in self._rows(mine.order_by(table.c.position, table.c.id)):
            known[_sameness(from_text(Flag, row.body), row.text_sha256)].append(str(row.id))
        return known

    def _with_known_id(self, flag: Flag, texts: dict[str, str], known: dict[Sameness, list[str]]) -> Flag:
        ids = known.get(_sameness(flag, texts.get(flag.segment, "")))
        return replace(flag, id=ids.pop(0)) if ids else flag

    def _remove_machine_flags(self, recording_id: str, staying: set[str]) -> None:
        table = tables.flags
        judged = {str(r.flag) for t in (tables.decisions, tables.overrides) for r in self._rows(select(t.c.flag))}
        with self._writing() as connection:
            for row in self._rows(select(table).where(table.c.recording == recording_id, table.c.by.is_(None))):
                if row.id in judged and row.id not in staying:
                    old = replace(from_text(Flag, row.body), suppressed=NO_LONGER_RAISED)
                    connection.execute(update(table).where(table.c.id == row.id).values(body=to_text(old)))
                elif row.id not in judged:
                    connection.execute(delete(table).where(table.c.id == row.id))

    def _put_flag(self, recording_id: str, flag: Flag, position: int, text: str, by: str | None) -> None:
        table = tables.flags
        row = {"id": flag.id, "recording": recording_id, "position": position, "body": to_text(flag),
               "text_sha256": text, "by": by}  # fmt: skip
        with self._writing() as connection:
            mine = (table.c.id == flag.id) & (table.c.recording == recording_id)
            if connection.execute(update(table).where(mine).values(row)).rowcount == 0:
                connection.execute(insert(table).values(row))

    def _note_check(self, recording_id: str, checklist_sha256: str) -> None:
        row = {"recording": recording_id, "checklist_sha256": checklist_sha256, "at": utc_now(),
               "transcript_sha256": self.transcript_sha256(recording_id)}  # fmt: skip
        with self._writing() as connection:
            connection.execute(delete(tables.checks).where(tables.checks.c.recording == recording_id))
            connection.execute(insert(tables.checks).values(row))


def _sameness(flag: Flag, text: str) -> Sameness:
    segment = flag.segment if flag.span is None else ""  # a new recognition numbers segments anew
    return flag.item, segment, text, flag.span, flag.match, flag.rule
