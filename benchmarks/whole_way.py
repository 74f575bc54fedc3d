"""Every recording of a folder, the whole way: ingest, flags, plan of the first clean passage, two sign-offs, cut.

    python benchmarks/whole_way.py ../shared/media [--engine openai-whisper] [--only NAME ...] [--longest S]

Prints one row a file: length, what ingest and cut took, WER where a transcript is known, verification.
The sample people read and decide mechanically here; in earnest people do.
"""

import argparse
import csv
import re
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from pipeline.canonical import to_json
from pipeline.domain import Action, Choice, Consent, Flag, Kept, LegalStatus, Picture, Span, Standing, Tier, Transcript
from pipeline.errors import PipelineError, RefusedError
from pipeline.ingest import Request
from pipeline.jobs.cut import cut_plan
from pipeline.jobs.decide import decide_and_redact
from pipeline.jobs.gate import seen_now, sign_plan
from pipeline.jobs.ingest import ingest_file
from pipeline.jobs.plan import Wish, make_plan
from pipeline.jobs.team import Team, found_team
from pipeline.settings import Settings
from pipeline.store import Store, open_store
from pipeline.workspace import Workspace, create_workspace
from review.checklist import load_checklist
from review.decisions import read_segments
from review.interviewees import state

MEDIA = {".wav", ".mp3", ".flac", ".mp4"}
COLUMNS = ("file", "s", "language", "ingest s", "WER", "passage s", "cut s", "verified", "note")
CODE = "B-1"


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    length_s: float = 0
    language: str = ""
    ingest_s: float = 0
    wer: float | None = None
    passage_s: float = 0
    cut_s: float = 0
    verified: str = ""
    note: str = ""

    def text(self) -> str:
        wer = "" if self.wer is None else f"{self.wer:.1f} %"
        return (
            f"| {self.name} | {self.length_s:.1f} | {self.language} | {self.ingest_s:.1f} | {wer} | "
            f"{self.passage_s:.1f} | {self.cut_s:.1f} | {self.verified} | {self.note} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--only", nargs="*", default=[""], help="parts of file names")
    parser.add_argument("--longest", type=float, default=30, help="seconds of the longest passage")
    args = parser.parse_args()
    truth = known_transcripts(args.folder)
    print("| " + " | ".join(COLUMNS) + " |")
    print("|---" * len(COLUMNS) + "|")
    with tempfile.TemporaryDirectory() as folder:
        workspace = create_workspace(Path(folder) / "w", Settings())
        team = found_team(workspace)
        store = open_store(workspace.store_url)
        state_everything(store, team)
        for path in sorted(args.folder.rglob("*")):
            if path.suffix in MEDIA and any(part in str(path) for part in args.only):
                print(whole_way(workspace, store, team, path, truth.get(path.name), args).text(), flush=True)
        store.close()


def state_everything(store: Store, team: Team) -> None:
    """Consent for everything, so that only the recording decides."""
    consent = Consent(face=True, voice=True, name=False, platforms=("*",), languages=("*",), expires=None)
    state(store, team.bea, CODE, {
        "consent": to_json(consent), "legal_status": LegalStatus.RELEASED, "standing": Standing.FIRM,
        "jurisdiction": "XX", "warning_override": "benchmark",
    })  # fmt: skip


def whole_way(
    workspace: Workspace, store: Store, team: Team, path: Path, truth: str | None, args: argparse.Namespace
) -> Row:
    started = time.monotonic()
    request = Request(path, CODE, translate=True)
    try:
        outcome = ingest_file(workspace, load_checklist(), args.engine, None, lambda *_: None, request)
    except PipelineError as error:
        return Row(path.name, note=f"refused: {error.message}")
    ingest_s = time.monotonic() - started
    transcript = store.transcript(outcome.recording)
    row = Row(path.name, outcome.duration_ms / 1000, outcome.language, ingest_s)
    if transcript is None or not transcript.segments:
        return Row(row.name, row.length_s, row.language, ingest_s, note="no speech found")
    wer = None if truth is None else word_error_rate(truth, " ".join(s.text for s in transcript.segments))
    passage = first_clean_passage(transcript, store.flags(outcome.recording), round(args.longest * 1000))
    if passage is None:
        return Row(row.name, row.length_s, row.language, ingest_s, wer, note="no clean passage")
    started = time.monotonic()
    try:
        verified = cut_passage(workspace, store, team, outcome.recording, passage)
        note = ""
    except RefusedError as error:
        verified, note = "refused", "; ".join(error.reasons)[:200]
    except PipelineError as error:
        verified, note = "failed", error.message[:200]
    return Row(row.name, row.length_s, row.language, ingest_s, wer, passage.duration_ms / 1000,
               time.monotonic() - started, verified, note)  # fmt: skip


def first_clean_passage(transcript: Transcript, flags: tuple[Flag, ...], longest_ms: int) -> Span | None:
    """The first run of segments without a red flag that blocks or redacts, up to `longest_ms`."""
    dirty = {f.segment for f in flags if stands(f) and f.segment and f.action in (Action.BLOCK, Action.REDACT)}
    best: Span | None = None
    for segment in transcript.segments:
        span = segment.span
        usable = span and segment.words and segment.id not in dirty
        grown = Span(best.start_ms, span.end_ms) if usable and best and span else span
        if not usable or (grown and grown.duration_ms > longest_ms):
            if best:
                return best
            continue
        best = grown
    return best


def stands(flag: Flag) -> bool:
    return flag.suppressed is None and flag.tier is Tier.RED


def cut_passage(workspace: Workspace, store: Store, team: Team, recording: str, passage: Span) -> str:
    transcript = store.transcript(recording)
    touched = [s.id for s in transcript.segments if s.span and s.span.overlaps(passage)] if transcript else []
    read_segments(store, team.bea, recording, touched)
    for flag in store.flags(recording):
        near = Span(max(0, passage.start_ms - 1_000), passage.end_ms + 1_000)
        if stands(flag) and flag.span and flag.span.overlaps(near):
            decide_and_redact(workspace, store, team.bea, flag.id, Choice.KEEP, "benchmark: read, heard and kept")
    pictured = store.recording(recording).probe.picture is not None
    wish = Wish(
        (Kept(recording, passage),), "Benchmark", "", None, ("en",), Picture.SOURCE if pictured else Picture.OFF
    )
    plan = make_plan(workspace, store, team.edo, wish)
    for person in (team.bea, team.cem):
        sign_plan(workspace, store, person, plan.id, seen_now(workspace, store, plan.id))
    clip = cut_plan(workspace, store, plan.id)
    checks = [c for r in clip.renditions for c in r.verification.checks]
    return f"{sum(c.passed for c in checks)}/{len(checks)} checks"


def known_transcripts(folder: Path) -> dict[str, str]:
    """File name → what is said, from the folder's manifest and the texts beside it."""
    known = {}
    with (folder / "MANIFEST.tsv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            text = row["transcript"] or ""
            name = Path(row["file"]).name
            beside = (folder / row["file"]).with_suffix(".lab")
            listed = folder / "text" / f"{Path(name).stem}.txt"
            if beside.exists():
                known[name] = beside.read_text(encoding="utf-8")
            elif listed.exists():
                known[name] = listed.read_text(encoding="utf-8")
            elif len(text.split()) > 3 and "beside it" not in text and ":" not in text:
                known[name] = text
    known.update(sense_texts(folder / "text" / "sense_transcription.txt"))
    return known


def sense_texts(file: Path) -> dict[str, str]:
    """CMU Sphinx's list: `<s> words </s> (name-0870)`."""
    if not file.exists():
        return {}
    found = re.findall(
        r"^(?:<s>)?\s*(.*?)\s*(?:</s>)?\s*\(.*?(\d{4})\)", file.read_text(encoding="utf-8"), re.MULTILINE
    )
    return {f"sense_{number}.wav": text for text, number in found}


def word_error_rate(truth: str, heard: str) -> float:
    """Per cent, after lower-casing and dropping punctuation."""
    wanted, got = (re.findall(r"[\w']+", text.lower()) for text in (truth, heard))
    return 100 * Levenshtein.distance(wanted, got) / max(1, len(wanted))


if __name__ == "__main__":
    main()
