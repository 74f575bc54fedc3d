"""A campaign from two real recordings: a face on video and a voice alone, two clips, three platforms, two languages.

    python benchmarks/campaign.py [--film ../shared/media/video/FILE] [--voice ../shared/media/audio/FILE]

Each is ingested, read, translated into Arabic, signed by two, cut with the face covered, exported and verified by
the bundle's own verifier from another folder. Then the person on film withdraws, and everything that could still hand
his material out is asked for it: every command that shows or makes anything, every route as every role.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pysrt
from starlette.testclient import TestClient
from whole_way import first_clean_passage, stands

from pipeline.canonical import to_json
from pipeline.domain import Aspect, Choice, Clip, Consent, Kept, Picture, Role, Span
from pipeline.ingest import Request
from pipeline.jobs.cut import cut_plan
from pipeline.jobs.decide import decide_and_redact
from pipeline.jobs.export import export_campaign
from pipeline.jobs.gate import seen_now, sign_plan
from pipeline.jobs.ingest import ingest_file
from pipeline.jobs.plan import Wish, make_plan
from pipeline.jobs.serve import make_services
from pipeline.jobs.team import Team, found_team
from pipeline.jobs.translate import hand_out, prepare, take_in
from pipeline.jobs.withdraw import withdraw_person
from pipeline.settings import Settings
from pipeline.store import Store, open_store
from pipeline.workspace import Workspace, create_workspace
from review.checklist import load_checklist
from review.decisions import read_segments
from review.interviewees import state
from review.web import sessions
from review.web.app import create_app
from review.web.pages import cookie_name
from review.web.routes import ROUTES

MEDIA = Path("../shared/media")
PLATFORMS = ("youtube", "tiktok", "telegram")
LANGUAGES = ("en", "ar")
ARABIC = ("هذا ما حدث لنا", "لم يكن كما قيل لنا", "ثم عدنا إلى البيت", "وهذا كل ما في الأمر")
"""Lines of about the right length; whether they say the same is not what is measured here."""
FILMED, HEARD = "C-1", "C-2"
LONGEST_MS = 8_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--film", type=Path, default=MEDIA / "video" / "latentsync_demo1.mp4")
    parser.add_argument("--voice", type=Path, default=MEDIA / "audio" / "libri-1088-134315-0000.wav")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace = create_workspace(Path(folder) / "w", Settings())
        team = found_team(workspace)
        with closing(open_store(workspace.store_url)) as store:
            clips = [
                make_clip(workspace, store, team, args.film, FILMED, (Aspect.WIDE, Aspect.TALL)),
                make_clip(workspace, store, team, args.voice, HEARD, (Aspect.WIDE, Aspect.TALL)),
            ]
            bundle, home = export_campaign(
                workspace, store, team.xen, "spring", tuple(c.id for c in clips), PLATFORMS, "Partner"
            )
            print(f"bundle: {sum(1 for f in home.rglob('*') if f.is_file())} files, {verified(home, Path(folder))}")
            before = reachable(workspace, store, clips[0])
            (takedown, *_), sheets = withdraw_person(workspace, store, team.bea, FILMED)
            listed = set(takedown.files)
            print(f"takedown: {len(listed)} files of {bundle.id} listed, {len(list(sheets.iterdir()))} sheets"
                  if sheets else "takedown: nothing")  # fmt: skip
            after = reachable(workspace, store, clips[0])
            print(
                f"commands and routes that hand out something of the person: {len(before)} before, {len(after)} after"
            )
            for name in after:
                print(f"  still: {name}")


def make_clip(
    workspace: Workspace, store: Store, team: Team, path: Path, code: str, aspects: tuple[Aspect, ...]
) -> Clip:
    consent = Consent(face=False, voice=True, name=False, platforms=("*",), languages=("*",), expires=None)
    state(store, team.bea, code, {
        "consent": to_json(consent), "legal_status": "released", "standing": "firm", "jurisdiction": "XX",
        "warning_override": "benchmark",
    })  # fmt: skip
    request = Request(path, code, translate=True)
    outcome = ingest_file(workspace, load_checklist(), None, None, lambda *_: None, request)
    transcript, flags = store.transcript(outcome.recording), store.flags(outcome.recording)
    passage = first_clean_passage(transcript, flags, LONGEST_MS) if transcript else None
    if transcript is None or passage is None:
        raise SystemExit(f"{path.name}: no clean passage")
    read_segments(store, team.bea, outcome.recording, [s.id for s in transcript.segments])
    for flag in flags:
        if stands(flag):
            decide_and_redact(workspace, store, team.bea, flag.id, Choice.KEEP, "benchmark: read, heard and kept")
    pictured = store.recording(outcome.recording).probe.picture is not None
    keeps = (Kept(outcome.recording, Span(passage.start_ms, passage.end_ms)),)
    wish = Wish(keeps, f"Benchmark {path.stem}", "", aspects,
                LANGUAGES, Picture.SOURCE if pictured else Picture.OFF)  # fmt: skip
    plan = make_plan(workspace, store, team.edo, wish)
    translate(workspace, store, team, plan.id)
    for person in (team.bea, team.cem):
        sign_plan(workspace, store, person, plan.id, seen_now(workspace, store, plan.id))
    clip = cut_plan(workspace, store, plan.id)
    checks = [c for r in clip.renditions for c in r.verification.checks]
    covers = sum(len(r.track or ()) for r in plan.redactions)
    print(f"{path.name}: {len(clip.renditions)} renditions, {sum(c.passed for c in checks)}/{len(checks)} checks, "
          f"{covers} places of faces covered", flush=True)  # fmt: skip
    return clip


def translate(workspace: Workspace, store: Store, team: Team, plan_id: str) -> None:
    """An Arabic line for every cue, as a translator would send it back."""
    handover = prepare(store, store.plan(plan_id), "ar")
    items = pysrt.from_string(hand_out(store, team.edo, handover, ".srt").decode())
    for number, item in enumerate(items):
        item.text = ARABIC[number % len(ARABIC)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ar.srt"
        items.save(str(file), encoding="utf-8")
        take_in(workspace, store, team.edo, handover, file, "benchmark")


def verified(home: Path, folder: Path) -> str:
    """As a partner does: from another folder, with a Python that knows nothing of ours."""
    asked = [sys.executable, "-I", str(home / "verify.py")]
    done = subprocess.run(asked, cwd=folder, capture_output=True, text=True, check=False)
    return "its verifier agrees" if done.returncode == 0 else f"its verifier refuses: {done.stdout[-300:]}"


def reachable(workspace: Workspace, store: Store, clip: Clip) -> list[str]:
    return [*by_command(workspace, store, clip), *by_route(workspace, store, clip)]


def by_command(workspace: Workspace, store: Store, clip: Clip) -> Iterator[str]:
    """Commands that show or make anything of a recording, a plan or a clip, and did."""
    plan = store.plan(clip.plan)
    (recording,) = {k.recording for k in plan.kept}
    transcript = store.transcript(recording)
    words = {w.text.strip() for s in transcript.segments for w in s.words if len(w.text) > 4} if transcript else set()
    word = max(words, key=len)
    asked = (
        ("review", "list", recording), ("plan", "show", plan.id), ("plan", "list"), ("search", word), ("suggest",),
        ("cut", plan.id), ("status",), ("report", "--to", str(workspace.root / "report-out")),
    )  # fmt: skip
    for words_ in asked:
        done = subprocess.run([Path(sys.executable).with_name("counterclip"), "-w", workspace.root, *words_],
                              capture_output=True, text=True, check=False)  # fmt: skip
        shown = done.stdout + done.stderr
        if any(f" {w} " in shown for w in words if len(w) > 6) or (done.returncode == 0 and plan.title in shown):
            yield " ".join(words_[:2])


def by_route(workspace: Workspace, store: Store, clip: Clip) -> Iterator[str]:
    """Routes that answer anyone with something of a recording, plan or clip."""
    app = create_app(make_services(workspace, store))
    plan = store.plan(clip.plan)
    (recording,) = {k.recording for k in plan.kept}
    flags = store.flags(recording)
    known = {"recording": recording, "flag": flags[0].id if flags else "f-0", "plan": plan.id, "clip": clip.id}
    theirs = [e for e in ROUTES if e.method == "GET" and any(f"{{{name}}}" in e.path for name in known)]
    for user in store.users():
        if user.roles == (Role.ADMIN,):
            continue
        client = TestClient(app, "http://127.0.0.1", follow_redirects=False)
        client.cookies.set(cookie_name(False), sessions.begin(store, user, datetime.now(UTC)), domain="127.0.0.1")
        for entry in theirs:
            files = [r.file_name for r in clip.renditions] if "{file}" in entry.path else [""]
            for file in files:
                address = entry.path.format(**known, file=file)
                if client.get(address).status_code == 200:
                    yield f"{user.roles[0]} {entry.method} {entry.path}"
        for listing in ("/", "/plans", "/clips"):
            shown = client.get(listing)
            if shown.status_code == 200 and (plan.title in shown.text or json.dumps(clip.id) in shown.text):
                yield f"{user.roles[0]} GET {listing}"


if __name__ == "__main__":
    main()
