"""The bundle: made from an allow-list, complete, and silent about what was removed."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from clips.bundle import BundledClip, verify_bundle, write_bundle
from clips.manifest import clip_manifest
from pipeline.canonical import file_sha256
from pipeline.domain import (
    Aspect,
    Card,
    Check,
    Choice,
    Clip,
    CutPlan,
    Decision,
    Kept,
    Origin,
    Picture,
    Redaction,
    RedactionKind,
    Rendition,
    Role,
    SignOff,
    Span,
    Verification,
)
from pipeline.errors import PipelineError, VerificationError
from pipeline.ffmpeg import file_url, probe, run

CANARIES = ("Zebulon", "Quartzfield", "/home/oskarina", "Oskarina", "hawthorn", "secretnote", "overheard")
"""A person, a place, a path, a reviewer, a spoken word, a working file, a check's detail."""

RECORDING = "r-0000000001"
MADE_AT = "2026-09-01T12:00:00Z"
CORE = "c" * 64


def _plan() -> CutPlan:
    name = Redaction("x-1", RECORDING, RedactionKind.SILENCE, Span(2000, 2600), replacement="[Zebulon]", flag="f-1")
    return CutPlan(
        id="p-0000000001",
        version=2,
        title="Zebulon of Quartzfield",
        kept=(Kept(RECORDING, Span(1000, 3000)),),
        redactions=(name,),
        aspects=(Aspect.WIDE,),
        burn=("en",),
        frame_rate=Fraction(25),
        picture=Picture.SOURCE,
        opening=Card("Zebulon", "hawthorn", 520),
        closing=None,
        render_profile="standard",
        made_by="u-0000000001",
        edited_by=("u-0000000001",),
        salt="0" * 32,
    )


def _decision(choice: Choice) -> Decision:
    return Decision(
        f"d-{choice}", RECORDING, "f-1", choice, "Zebulon is a friend", "hawthorn, says Oskarina", "u-2", MADE_AT
    )


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds of moving picture and a tone."""
    video = tmp_path_factory.mktemp("film") / "film.mp4"
    run([
        "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=3", "-f", "lavfi", "-i", "sine=d=3",
        "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-ar", "48000", "-ac", "2",
        "-shortest", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", "-map_metadata", "-1",
        "-metadata:s:v", "encoder=", "-bsf:v", "filter_units=remove_types=6", "-movflags", "+faststart",
        file_url(video),
    ])  # fmt: skip
    return video


@pytest.fixture
def finished(film: Path, tmp_path: Path) -> BundledClip:
    """A clip with a subtitle file, in a folder that also holds what must stay inside."""
    folder = tmp_path / "home" / "oskarina"
    folder.mkdir(parents=True)
    video = folder / "16x9-en.mp4"
    shutil.copy(film, video)
    (folder / "en.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nMy friend [removed] told me.\n")
    (folder / "secretnote.txt").write_text("Zebulon")
    passed = Verification((Check("redactions", passed=True, detail="overheard nothing"),))
    rendition = Rendition(
        Aspect.WIDE, "en", video.name, file_sha256(video), video.stat().st_size, 320, 180, 3000, passed
    )
    clip = Clip("c-0000000001", "p-0000000001", 2, CORE, MADE_AT, (rendition,), ("en.vtt",))
    return BundledClip(clip, folder, _manifest(clip))


def _manifest(clip: Clip) -> object:
    sign_offs = [
        SignOff("p-0000000001", "core", CORE, "u-2", Role.REVIEWER, MADE_AT),
        SignOff("p-0000000001", "core", "0" * 64, "u-3", Role.REVIEWER, MADE_AT),
    ]
    return clip_manifest(
        _plan(),
        clip,
        sign_offs=sign_offs,
        decisions=[_decision(Choice.REDACT), _decision(Choice.BLOCK)],
        checklist_sha256="d" * 64,
        tools={"counterclip": "0.1.0"},
        checkpoint=None,
        origins={"en": Origin.MACHINE},
    )


@pytest.fixture
def bundle(finished: BundledClip, tmp_path: Path) -> Path:
    """A finished bundle in a folder of its own."""
    folder = tmp_path / "b-0000000001"
    folder.mkdir()
    write_bundle(folder, "spring", [finished], ["website"], MADE_AT, bundle_id="b-0000000001")
    return folder


def _run_verifier(bundle: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """As a partner does: another folder, a Python that knows nothing of ours."""
    argv = [sys.executable, "-I", str(bundle / "verify.py"), *options]
    return subprocess.run(argv, cwd=bundle.parent, capture_output=True, text=True, check=False)


def test_a_bundle_holds_exactly_what_is_on_the_list(bundle: Path) -> None:
    """Renditions, posters, subtitle files, manifest, verifier and text; nothing else of the clip's folder."""
    home = "clips/c-0000000001"
    assert {p.relative_to(bundle).as_posix() for p in bundle.rglob("*") if p.is_file()} == {
        "README.txt",
        "contact-sheet.html",
        "manifest.json",
        "titles.csv",
        "verify.py",
        f"{home}/16x9-en.mp4",
        f"{home}/16x9-en.jpg",
        f"{home}/en.vtt",
    }


def test_no_byte_of_a_bundle_tells_what_stayed_inside(bundle: Path) -> None:
    """Neither names nor words, paths, notes or details, in UTF-8 or UTF-16, in contents or names."""
    for path in [bundle, *bundle.rglob("*")]:
        content = path.read_bytes().lower() if path.is_file() else b""
        for canary in CANARIES:
            assert canary.lower() not in path.relative_to(bundle.parent).as_posix().lower()
            assert canary.lower().encode() not in content
            assert canary.lower().encode("utf-16-le") not in content


def test_a_machine_s_translation_is_named_as_one_to_partners(bundle: Path) -> None:
    """In the manifest for programs and in the README for people, signed or not."""
    (manifest,) = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))["clips"]
    assert manifest["subtitles"] == [{"language": "en", "from": "machine translation"}]
    assert "subtitles in en are a machine's translation" in (bundle / "README.txt").read_text(encoding="utf-8")


def test_manifest_gives_digests_spans_and_who_answered_by_role(bundle: Path) -> None:
    """A partner or a court can follow the clip from its spans to its sign-offs, by ids alone."""
    (clip,) = json.loads((bundle / "manifest.json").read_text())["clips"]
    assert clip["spans"] == [
        {"recording": RECORDING, "start_ms": 1000, "end_ms": 3000, "clip_start_ms": 520, "clip_end_ms": 2520}
    ]
    assert clip["redactions"] == [{"kind": "silence", "clip_start_ms": 1520, "clip_end_ms": 2120}]
    assert [(s["by"], s["role"], s["sha256"]) for s in clip["sign_offs"]] == [("u-2", "reviewer", CORE)]
    assert [d["choice"] for d in clip["decisions"]] == ["redact"]
    assert clip["renditions"][0]["verification"] == [{"check": "redactions", "passed": True}]


def test_poster_is_a_frame_without_metadata(bundle: Path) -> None:
    """A JPEG of the rendition's size that carries no comment, EXIF or profile segment."""
    raw = (bundle / "clips/c-0000000001/16x9-en.jpg").read_bytes()
    assert raw[:2] == b"\xff\xd8"
    segments = set()
    at = 2
    while raw[at + 1] != 0xDA:
        segments.add(raw[at + 1])
        at += 2 + int.from_bytes(raw[at + 2 : at + 4], "big")
    assert segments <= {0xE0, 0xDB, 0xC0, 0xC4, 0xDD}


def test_verifier_run_elsewhere_says_verified(bundle: Path) -> None:
    """Every file is named, and the exit code is 0."""
    done = _run_verifier(bundle)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines[-1].startswith("VERIFIED")
    assert sum(line.startswith("ok ") for line in lines) == 9


def test_a_moved_bundle_is_still_verified(bundle: Path, tmp_path: Path) -> None:
    """Nothing in it depends on where it was made."""
    shutil.copytree(bundle, tmp_path / "elsewhere" / "from us")
    assert _run_verifier(tmp_path / "elsewhere" / "from us").returncode == 0


def _tamper_same_size(bundle: Path) -> None:
    video = bundle / "clips/c-0000000001/16x9-en.mp4"
    raw = bytearray(video.read_bytes())
    raw[len(raw) // 2] ^= 1
    video.write_bytes(raw)


def _link_instead(bundle: Path) -> None:
    sidecar = bundle / "clips/c-0000000001/en.vtt"
    copy = bundle.parent / "copy.vtt"
    shutil.move(sidecar, copy)
    sidecar.symlink_to(copy)


DAMAGES = {
    "one bit of a rendition": (_tamper_same_size, "CHANGED", "16x9-en.mp4"),
    "a longer subtitle file": (
        lambda b: (b / "clips/c-0000000001/en.vtt").write_text("WEBVTT\n\nother"),
        "CHANGED",
        "en.vtt",
    ),
    "a missing file": (lambda b: (b / "clips/c-0000000001/en.vtt").unlink(), "MISSING", "en.vtt"),
    "an added file": (lambda b: (b / "clips/more.mp4").write_bytes(b"x"), "ADDED", "clips/more.mp4"),
    "an added folder": (lambda b: (b / "empty").mkdir(), "ADDED", "empty"),
    "a link": (_link_instead, "CHANGED", "en.vtt"),
    "another text": (lambda b: (b / "README.txt").write_text("Publish anywhere."), "CHANGED", "README.txt"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_refused_by_name(bundle: Path, damage: str) -> None:
    """The verifier names the file, says what is wrong with it, and ends with 1."""
    hurt, state, name = DAMAGES[damage]
    hurt(bundle)
    done = _run_verifier(bundle)
    assert done.returncode == 1
    assert any(line.startswith(f"{state} ") and name in line for line in done.stdout.splitlines())
    assert "NOT VERIFIED" in done.stdout
    with pytest.raises(VerificationError, match=name):
        verify_bundle(bundle)


def test_another_manifest_is_noticed_by_its_digest(bundle: Path) -> None:
    """Who changes a file and the manifest with it is found by the digest the sender told."""
    honest = file_sha256(bundle / "manifest.json")
    manifest = json.loads((bundle / "manifest.json").read_text())
    (bundle / "manifest.json").write_text(json.dumps({**manifest, "campaign": "other"}))
    assert _run_verifier(bundle).returncode == 0
    assert _run_verifier(bundle, "--expect", honest).returncode == 1


@pytest.mark.parametrize("path", ["../outside", "/etc/hostname", "clips/../README.txt", "C:\\x", "manifest.json"])
def test_manifest_that_points_outside_is_refused(bundle: Path, path: str) -> None:
    """A manifest from elsewhere cannot make the verifier read other files."""
    manifest = json.loads((bundle / "manifest.json").read_text())
    manifest["files"][0]["path"] = path
    (bundle / "manifest.json").write_text(json.dumps(manifest))
    done = _run_verifier(bundle)
    assert done.returncode == 1
    assert "NOT VERIFIED" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"format": "counterclip/bundle/v1"}'])
def test_broken_manifest_is_an_answer_not_a_traceback(bundle: Path, content: str) -> None:
    """Partners get one line."""
    (bundle / "manifest.json").write_text(content)
    done = _run_verifier(bundle)
    assert done.returncode == 1
    assert done.stdout.startswith("NOT VERIFIED")
    assert done.stderr == ""


def test_rendition_changed_after_verification_is_not_bundled(finished: BundledClip, tmp_path: Path) -> None:
    """What is handed over is the very file that was verified."""
    with (finished.files / "16x9-en.mp4").open("ab") as stream:
        stream.write(b"x")
    with pytest.raises(VerificationError, match="not the file that was verified"):
        write_bundle(tmp_path, "spring", [finished], ["website"], MADE_AT, bundle_id="b-1")


def test_unverified_clip_gets_no_manifest(finished: BundledClip) -> None:
    """An empty verification is a failed one."""
    rendition = replace(finished.clip.renditions[0], verification=Verification(()))
    with pytest.raises(VerificationError, match="1 of 1 renditions"):
        _manifest(replace(finished.clip, renditions=(rendition,)))


def test_file_name_that_a_person_typed_is_refused(finished: BundledClip, tmp_path: Path) -> None:
    """A name such as that of a friend cannot slip in as a file name, nor a path."""
    for name in ("Zebulon at home.vtt", "../en.vtt", ".hidden"):
        clip = replace(finished.clip, sidecars=(name,))
        folder = tmp_path / f"b-{len(name)}"
        folder.mkdir()
        with pytest.raises(PipelineError, match="name that we did not give") as caught:
            write_bundle(folder, "spring", [replace(finished, clip=clip)], ["website"], MADE_AT, bundle_id="b-1")
        assert "Zebulon" not in str(caught.value)


def test_empty_bundle_is_refused(tmp_path: Path) -> None:
    """Nothing to hand over is a mistake, not a bundle."""
    with pytest.raises(PipelineError, match="empty"):
        write_bundle(tmp_path, "spring", [], ["website"], MADE_AT, bundle_id="b-1")


def test_poster_has_the_size_of_the_rendition(bundle: Path, tmp_path: Path) -> None:
    """A small rendition's poster is not blown up."""
    poster = tmp_path / "poster.mkv"
    run([
        "-v", "error", "-i", file_url(bundle / "clips/c-0000000001/16x9-en.jpg"), "-f", "lavfi", "-i", "sine=d=1",
        "-c:v", "copy", "-c:a", "pcm_s16le", file_url(poster),
    ])  # fmt: skip
    picture = probe(poster).picture
    assert picture is not None
    assert (picture.width, picture.height) == (320, 180)


def test_credentials_lie_beside_the_video_and_are_verified_with_it(finished: BundledClip, tmp_path: Path) -> None:
    """They are on the list like every file, and the video is still the one that was verified."""
    folder = tmp_path / "credited"
    folder.mkdir()
    write_bundle(
        folder, "spring", [finished], ["website"], MADE_AT,
        bundle_id="b-0000000001", credentials=lambda video: file_sha256(video).encode(),
    )  # fmt: skip
    (credentials,) = folder.rglob("*.c2pa")
    video = credentials.with_suffix("")
    assert credentials.read_text() == file_sha256(video) == finished.clip.renditions[0].sha256
    assert _run_verifier(folder).returncode == 0
    credentials.write_text("0" * 64)
    assert credentials.name in _run_verifier(folder).stdout.partition("CHANGED")[2]


def test_without_being_asked_for_there_are_no_credentials(bundle: Path) -> None:
    """They tie a clip to an organisation for good."""
    assert not list(bundle.rglob("*.c2pa"))
