"""The sample interview the whole way, done by sample people through the same doors as everyone.

The script says when the warning is spoken and how the good passage begins and ends, as an editor who filmed
it would know. The name and the admission are not told: the checklist has to find them in what Whisper heard.
"""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rapidfuzz import fuzz

from pipeline.canonical import Json, to_json
from pipeline.domain import (
    Action,
    Aspect,
    Choice,
    Clip,
    Consent,
    CutPlan,
    Flag,
    Kept,
    LegalStatus,
    Span,
    Standing,
    Tier,
    Transcript,
)
from pipeline.errors import PipelineError, RefusedError
from pipeline.ingest import Request
from pipeline.jobs.cut import cut_plan
from pipeline.jobs.decide import decide_and_redact
from pipeline.jobs.export import export_campaign
from pipeline.jobs.gate import seen_now, sign_plan
from pipeline.jobs.ingest import current_checklist, ingest_file
from pipeline.jobs.plan import Wish, make_plan
from pipeline.jobs.team import Team, found_team
from pipeline.settings import Settings
from pipeline.store import Store, open_store
from pipeline.times import clock
from pipeline.workspace import Workspace, create_workspace, write_durably
from review.decisions import override, read_segments
from review.interviewees import state
from review.ledger import verify_workspace

SAMPLE = Path(__file__).parent / "sample"
PEOPLE_FILE = "people.txt"
"""Marks a folder as a demo's, so that nothing else is ever overwritten; holds the sample people's passwords."""

PEOPLE_TITLE = "The demo's sample people and their passwords"

CODE = "K-17"
LIKE_ENOUGH = 80
"""Per cent of likeness (rapidfuzz) at which a heard segment is a sentence of the script."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the demo happens."""

    workspace: Workspace
    store: Store
    team: Team
    say: Say


def run_demo(folder: Path, say: Say, *, afresh: bool = True) -> None:
    """From the sample interview to a verified bundle in a new workspace at `folder`.

    Raises PipelineError when the folder holds something that is not a demo's.
    """
    started = time.monotonic()
    _clear(folder, afresh)
    workspace = create_workspace(
        folder.resolve(), Settings(organisation="Sample team", help_line="Talk to someone you trust.")
    )
    team = found_team(workspace)
    _note_people(workspace, team)
    store = open_store(workspace.store_url)
    try:
        _walk(Stage(workspace, store, team, say))
    finally:
        store.close()
    say(f"\nDone in {time.monotonic() - started:.0f} s.")


def _clear(folder: Path, afresh: bool) -> None:
    if not folder.exists():
        return
    if any(folder.iterdir()) and not _is_untouched_demo(folder):
        raise PipelineError(f"{folder} holds something that no demo made", "name another folder: counterclip demo DIR")
    if not afresh and any(folder.iterdir()):
        raise PipelineError(f"{folder} is an earlier demo's", "leave --keep away, or name another folder")
    shutil.rmtree(folder)


def _is_untouched_demo(folder: Path) -> bool:
    """True when an earlier demo made it and nobody took another recording in since."""
    marker = folder / PEOPLE_FILE
    is_ours = marker.is_file() and marker.read_text(encoding="utf-8").startswith(PEOPLE_TITLE)
    return is_ours and len(list((folder / "recordings").glob("r-*"))) <= 1


def _note_people(workspace: Workspace, team: Team) -> None:
    lines = [f"{name}  {password}" for name, password in team.passwords]
    path = workspace.root / PEOPLE_FILE
    write_durably(path, "\n".join((PEOPLE_TITLE, *lines, "")).encode())
    path.chmod(0o600)


def _walk(stage: Stage) -> None:
    script = json.loads((SAMPLE / "script.json").read_text(encoding="utf-8"))
    stage.say("1. Someone says what is known about the interviewee: consent, legal status, standing.")
    _state(stage)
    stage.say("2. The interview is taken in: transcribed, and flagged against the checklist.")
    recording, transcript = _ingest(stage, script)
    flags = [f for f in stage.store.flags(recording) if f.suppressed is None and f.tier is Tier.RED]
    _show_flags(stage, transcript, flags)
    stage.say("3. A reviewer reads every segment and decides every red flag.")
    passage = _passage(transcript, script)
    _review(stage, recording, transcript, flags, passage)
    stage.say("4. The editor tries a plan with the admission in it, then one with the good passage.")
    _refused_plan(stage, recording, transcript, script)
    plan = _plan(stage, recording, passage)
    _override(stage, plan, flags, passage)
    stage.say("5. The editor may not sign his own plan; two reviewers may, each with a password.")
    _sign(stage, plan)
    stage.say("6. The clip is cut in two shapes, and listened to again before it gets its name.")
    clip = _cut(stage, plan)
    stage.say("7. A bundle leaves the building.")
    home = _export(stage, clip)
    _finish(stage, plan, clip, home)


def _state(stage: Stage) -> None:
    expires = (datetime.now(UTC) + timedelta(days=365)).date()
    consent = Consent(face=True, voice=True, name=False, platforms=("*",), languages=("en",), expires=expires)
    said: dict[str, Json] = {
        "consent": to_json(consent),
        "legal_status": LegalStatus.RELEASED.value,
        "standing": Standing.FIRM.value,
        "jurisdiction": "XX",
    }
    state(stage.store, stage.team.bea, CODE, said)
    stage.say(f"   {CODE}: {', '.join(said)}; said by bea")


def _ingest(stage: Stage, script: Json) -> tuple[str, Transcript]:
    warning = script["demo"]["warning_at_ms"]
    request = Request(SAMPLE / "interview.mp4", CODE, warning_at_ms=warning)
    checklist = current_checklist(stage.workspace)
    outcome = ingest_file(stage.workspace, checklist, None, None, lambda *_: None, request)
    transcript = stage.store.transcript(outcome.recording)
    if transcript is None or not transcript.segments:
        raise PipelineError("the sample interview was not understood", "counterclip doctor")
    stage.say(f"   {outcome.recording}: {clock(outcome.duration_ms)}, {outcome.segments} segments, "
              f"{outcome.red} red and {outcome.amber} amber flags")  # fmt: skip
    return outcome.recording, transcript


def _show_flags(stage: Stage, transcript: Transcript, flags: list[Flag]) -> None:
    for flag in flags:
        segment = transcript.segment(flag.segment)
        text = segment.text[flag.match.start : flag.match.end] if segment and flag.match else "(sound)"
        stage.say(
            f"   {clock(flag.span.start_ms if flag.span else None)} {flag.action:6} {flag.item}: “{text.strip()}”"
        )


def _review(stage: Stage, recording: str, transcript: Transcript, flags: list[Flag], passage: Span) -> None:
    read_segments(stage.store, stage.team.bea, recording, [s.id for s in transcript.segments])
    done: dict[str, int] = {}
    for flag in flags:
        choice, reason = _verdict(flag, passage)
        decide_and_redact(stage.workspace, stage.store, stage.team.bea, flag.id, choice, reason)
        done[choice] = done.get(choice, 0) + 1
    stage.say("   " + ", ".join(f"{count} × {choice}" for choice, count in sorted(done.items())))


def _verdict(flag: Flag, passage: Span) -> tuple[Choice, str]:
    """What the sample reviewer says: the checklist's default; in earnest a person thinks about each."""
    if _is_false_alarm(flag, passage):
        return Choice.KEEP, "he warns others; nothing here speaks for going"
    match flag.action:
        case Action.REDACT:
            return Choice.REDACT, "private person"
        case Action.BLOCK:
            return Choice.BLOCK, "admission"
    return Choice.KEEP, "read; harmless here"


def _is_false_alarm(flag: Flag, passage: Span) -> bool:
    """The sample's good passage was written without an admission: what blocks in it is the machine's mistake."""
    return flag.action is Action.BLOCK and flag.span is not None and flag.span.overlaps(passage)


def _override(stage: Stage, plan: CutPlan, flags: list[Flag], passage: Span) -> None:
    for flag in (f for f in flags if _is_false_alarm(f, passage)):
        for person in (stage.team.bea, stage.team.cem):
            override(stage.store, person, plan, flag.id, "he warns others; nothing here speaks for going")
        at = clock(flag.span.start_ms if flag.span else None)
        stage.say(f"   {flag.item} at {at} is a false alarm: bea and cem both say so, each with a reason")


def _refused_plan(stage: Stage, recording: str, transcript: Transcript, script: Json) -> None:
    span = _spoken(transcript, script["demo"]["admission"]["text"])
    try:
        make_plan(stage.workspace, stage.store, stage.team.edo, Wish((Kept(recording, span),), "What I did"))
    except RefusedError as refusal:
        stage.say(f"   refused: {refusal.message}")
        for reason in refusal.reasons:
            stage.say(f"     - {reason}")
        return
    raise PipelineError("the admission was not refused", "this is a bug: please report it")


def _passage(transcript: Transcript, script: Json) -> Span:
    said = script["turns"][script["demo"]["clip"]["turn"]]["text"]
    first, last = _spoken(transcript, _sentences(said)[0]), _spoken(transcript, _sentences(said)[-1])
    return Span(first.start_ms, last.end_ms)


def _plan(stage: Stage, recording: str, passage: Span) -> CutPlan:
    wish = Wish(
        (Kept(recording, passage),),
        title="What I would tell you",
        context="A man who left a violent group",
        aspects=(Aspect.WIDE, Aspect.TALL),
        burn=("en",),
    )
    plan = make_plan(stage.workspace, stage.store, stage.team.edo, wish)
    kept = plan.kept[0].span
    stage.say(f"   {plan.id}: {clock(kept.start_ms)} to {clock(kept.end_ms)}, {len(plan.redactions)} redaction")
    return plan


def _sign(stage: Stage, plan: CutPlan) -> None:
    seen = seen_now(stage.workspace, stage.store, plan.id)
    try:
        sign_plan(stage.workspace, stage.store, stage.team.edo, plan.id, seen)
    except PipelineError as refusal:
        stage.say(f"   edo: refused, {refusal.message}")
    for person in (stage.team.bea, stage.team.cem):
        digest, approval = sign_plan(stage.workspace, stage.store, person, plan.id, seen)
        left = "complete" if approval.is_complete else f"missing {'; '.join(approval.missing)}"
        stage.say(f"   {person.name}: signed {digest[:16]}, {left}")


def _cut(stage: Stage, plan: CutPlan) -> Clip:
    clip = cut_plan(stage.workspace, stage.store, plan.id, say=lambda step: stage.say(f"   {step} …"))
    for rendition in clip.renditions:
        stage.say(f"   {rendition.file_name}: {rendition.width}x{rendition.height}, {clock(rendition.duration_ms)}")
        for check in rendition.verification.checks:
            stage.say(f"     {'ok' if check.passed else 'NO'} {check.name}: {check.detail}")
    return clip


def _export(stage: Stage, clip: Clip) -> Path:
    bundle, home = export_campaign(stage.workspace, stage.store, stage.team.xen, "demo", (clip.id,), ("youtube",))
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-I", str(home / "verify.py")], cwd="/", capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise PipelineError(f"the bundle does not verify: {done.stdout.strip()}", "this is a bug: please report it")
    stage.say(f"   {bundle.id}: a partner's `python3 verify.py` agrees")
    return home


def _finish(stage: Stage, plan: CutPlan, clip: Clip, home: Path) -> None:
    verdict, checkpoints = verify_workspace(stage.store, stage.workspace)
    if not verdict.ok:
        raise PipelineError(f"the ledger does not verify: {verdict.why}", "this is a bug: please report it")
    root = stage.workspace.root
    stage.say(f"   the ledger is whole: {len(stage.store.entries())} entries, {checkpoints} signed checkpoints")
    stage.say(f"\nLook at\n   the clip     {root / 'clips' / clip.id}\n   the bundle   {home}")
    stage.say(f"   the people   {root / PEOPLE_FILE} (names and passwords)")
    stage.say(
        f"\nTry next\n   cd {root}\n   counterclip review list {plan.kept[0].recording} --amber\n"
        f"   counterclip plan show {plan.id}\n   counterclip interviewee set {CODE} --legal-status on_trial --as bea\n"
        f"   counterclip cut {plan.id}          (refused now: what was signed has changed)\n"
        "   counterclip audit verify\n   counterclip ingest YOUR.mp4 --interviewee K-18"
    )


def _sentences(text: str) -> list[str]:
    return [part.strip() for part in text.replace("?", ".").split(".") if part.strip()]


def _spoken(transcript: Transcript, text: str) -> Span:
    """Where a sentence of the script was heard.

    Raises PipelineError when it was not.
    """
    timed = [s for s in transcript.segments if s.span]
    best = max(timed, key=lambda s: fuzz.partial_ratio(text.lower(), s.text.lower()))
    if best.span is None or fuzz.partial_ratio(text.lower(), best.text.lower()) < LIKE_ENOUGH:
        raise PipelineError("the sample interview was not understood", "counterclip doctor")
    return best.span
