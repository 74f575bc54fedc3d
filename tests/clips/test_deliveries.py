"""What each platform gets: the verified file where it fits, else one made from it; always read back."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from clips.bundle import BundledClip, write_bundle
from clips.delivery import misfits
from clips.loudness import Loudness
from clips.platforms import PRESETS, Captions, find_preset, locale, sidecar_name
from clips.readback import read_back
from pipeline.canonical import file_sha256
from pipeline.domain import Aspect, Check, Clip, Rendition, Verification
from pipeline.errors import PipelineError, VerificationError
from pipeline.ffmpeg import file_url, run
from subtitles.style import SAFE_AREAS

SPEECH = Path(__file__).parents[1] / "data" / "jfk.flac"
MADE_AT = "2026-11-22T12:00:00Z"
SIZES = {Aspect.WIDE: "1920x1080", Aspect.TALL: "1080x1920"}

MakeClip = Callable[..., BundledClip]


def film(out: Path, size: str, *, rate: int = 25, seconds: float = 4, sound: str = "volume=-5.6dB") -> Path:
    """Moving pictures and speech at about -16 LUFS, as clean as a rendition of ours."""
    run([
        "-v", "error", "-f", "lavfi", "-i", f"smptebars=s={size}:r={rate}:d={seconds}", "-i", file_url(SPEECH),
        "-t", str(seconds), "-af", sound, "-c:v", "libx264", "-preset", "ultrafast",
        "-crf", "30", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "96k", "-ar", "48000", "-ac", "2", "-fflags",
        "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", "-map_metadata", "-1", "-metadata:s:v",
        "encoder=", "-movflags", "+faststart", "-bsf:v", "filter_units=remove_types=6", file_url(out),
    ])  # fmt: skip
    return out


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[Aspect, Path]:
    """One wide and one tall clip of 1080 lines."""
    home = tmp_path_factory.mktemp("films")
    return {aspect: film(home / f"{aspect.name}.mp4", size) for aspect, size in SIZES.items()}


@pytest.fixture
def make_clip(films: dict[Aspect, Path], tmp_path: Path) -> MakeClip:
    """Makes a finished clip with subtitle files in English and Arabic."""

    def make(*aspects: Aspect, source: Path | None = None, duration_ms: int = 4000) -> BundledClip:
        home = tmp_path / "clip"
        home.mkdir(exist_ok=True)
        renditions, sidecars = [], []
        for aspect in aspects:
            shape = aspect.replace(":", "x")
            file = home / f"{shape}-en.mp4"
            shutil.copy(source or films[aspect], file)
            width, height = (int(n) for n in SIZES[aspect].split("x"))
            passed = Verification((Check("file", passed=True, detail=""),))
            sha, size = file_sha256(file), file.stat().st_size
            renditions.append(Rendition(aspect, "en", file.name, sha, size, width, height, duration_ms, passed))
            for language in ("en", "ar"):
                for kind in ("srt", "vtt"):
                    sidecars.append(f"{shape}.{language}.{kind}")
                    (home / sidecars[-1]).write_text("1\n00:00:01,000 --> 00:00:02,000\nI left.\n")
        clip = Clip("c-0000000001", "p-0000000001", 1, "c" * 64, MADE_AT, tuple(renditions), tuple(sidecars))
        manifest = {
            "clip": clip.id, "subtitles": [], "frame_rate": "25/1", "picture": "source", "redactions": [],
            "spans": [{"clip_start_ms": 0, "clip_end_ms": 4000}],
        }  # fmt: skip
        return BundledClip(clip, home, manifest)

    return make


def bundle(one: BundledClip, tmp_path: Path, *platforms: str) -> tuple[Path, dict[str, dict[str, object]]]:
    """A written bundle and its deliveries by platform."""
    folder = tmp_path / "b-0000000001"
    folder.mkdir()
    write_bundle(folder, "spring", [one], platforms, MADE_AT, bundle_id="b-0000000001")
    entries = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["deliveries"]
    return folder, {entry["platform"]: entry for entry in entries}


@pytest.mark.parametrize("platform", [name for name, preset in PRESETS.items() if not preset.is_whole])
def test_every_platforms_file_is_what_its_preset_says(make_clip: MakeClip, tmp_path: Path, platform: str) -> None:
    """Looked at from outside: size, length, rate, pixels, loudness, peaks, index first, nothing else in it."""
    preset = find_preset(platform)
    folder, entries = bundle(make_clip(Aspect.WIDE, Aspect.TALL), tmp_path, platform)
    entry = entries[platform]
    found = read_back(folder / str(entry["file"]))
    wanted = next(a for a in preset.aspects if a in SIZES)
    assert entry["aspect"] == wanted
    assert (found.width < found.height) is (wanted is Aspect.TALL)
    assert min(found.width, found.height) == preset.short_side
    assert (found.frames, found.hidden_frames) == (100, 0)
    assert abs(found.duration_ms - 4000) <= 40
    assert found.frame_rate == Fraction(25)
    assert found.pixel_format == "yuv420p"
    assert found.streams == ("h264", "aac")
    assert abs(found.loudness.integrated - preset.loudness) <= 0.5
    assert found.loudness.true_peak <= -1.0
    assert found.start.passed
    assert found.tags.passed
    assert found.sound_kbps <= (preset.sound_kbps or 0) * 1.1
    assert len(entry["checks"]) == 10  # type: ignore[arg-type]


def test_what_fits_is_the_very_file_that_was_verified(make_clip: MakeClip, tmp_path: Path) -> None:
    """No generation is lost where nothing has to be done."""
    one = make_clip(Aspect.WIDE)
    folder, entries = bundle(one, tmp_path, "facebook", "website")
    for platform in ("facebook", "website"):
        assert entries[platform]["sha256"] == one.clip.renditions[0].sha256
        assert not entries[platform]["encoded_again"]
    assert len(list(folder.rglob("*.mp4"))) == 1


def test_equal_wishes_share_one_file(make_clip: MakeClip, tmp_path: Path) -> None:
    """X and Telegram both get 720 lines at -16; YouTube, louder, gets its own; the verified one goes to nobody."""
    folder, entries = bundle(make_clip(Aspect.WIDE), tmp_path, "x", "telegram", "youtube")
    assert entries["x"]["file"] == entries["telegram"]["file"] != entries["youtube"]["file"]
    assert {file.name for file in folder.rglob("*.mp4")} == {"16x9-en-720p-16lufs.mp4", "16x9-en-1080p-14lufs.mp4"}


def test_the_picture_is_left_alone_when_only_the_sound_has_to_change(make_clip: MakeClip, tmp_path: Path) -> None:
    """Its packets are the same, byte for byte."""
    one = make_clip(Aspect.WIDE)
    folder, entries = bundle(one, tmp_path, "youtube")
    digests = [_picture_digest(file) for file in (one.files / "16x9-en.mp4", folder / str(entries["youtube"]["file"]))]
    assert digests[0] == digests[1]


def _picture_digest(file: Path) -> str:
    log = run(["-v", "info", "-i", file_url(file), "-map", "0:v", "-c", "copy", "-f", "framemd5", "pipe:2"])
    return "\n".join(line.split(",")[-1] for line in log.splitlines() if line.startswith("0,"))


def test_a_faster_clip_is_slowed_to_the_platforms_rate(make_clip: MakeClip, tmp_path: Path) -> None:
    """Every second frame goes; the length stays."""
    fast = film(tmp_path / "fast.mp4", "640x360", rate=60)
    folder, entries = bundle(make_clip(Aspect.WIDE, source=fast), tmp_path, "facebook")
    found = read_back(folder / str(entries["facebook"]["file"]))
    assert (found.frame_rate, found.frames) == (Fraction(30), 120)
    assert (found.width, found.height) == (640, 360)


def test_a_check_that_fails_leaves_no_bundle(make_clip: MakeClip, tmp_path: Path) -> None:
    """A file of two pictures was never ours: no platform gets it."""
    double = tmp_path / "double.mp4"
    source = film(tmp_path / "one.mp4", "640x360")
    run(["-v", "error", "-i", file_url(source), "-map", "0", "-map", "0:a", "-c", "copy", file_url(double)])
    with pytest.raises(VerificationError, match="streams"):
        bundle(make_clip(Aspect.WIDE, source=double), tmp_path, "website")
    assert not (tmp_path / "b-0000000001" / "manifest.json").exists()


def test_peaks_give_way_so_that_the_voice_is_as_loud_as_wanted(make_clip: MakeClip, tmp_path: Path) -> None:
    """A knock on the table is 15 dB above the voice: one gain alone would send it over the top."""
    knock = "aeval=val(0)*0.52+1.0*between(t\\,2\\,2.003)*sin(2*PI*900*t):c=same"
    source = film(tmp_path / "knock.mp4", "320x180", sound=knock)
    before = read_back(source).loudness
    assert before.true_peak + (-14.0 - before.integrated) > -1
    folder, entries = bundle(make_clip(Aspect.WIDE, source=source), tmp_path, "youtube")
    found = read_back(folder / str(entries["youtube"]["file"])).loudness
    assert abs(found.integrated + 14.0) <= 0.5
    assert found.true_peak <= -1.0


def test_a_level_that_was_right_is_not_lost_by_trying_on(
    make_clip: MakeClip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first attempt is near enough; then the encoder answers with peaks that no attempt gets rid of."""
    answers = iter([Loudness(-14.3, -2.0)])
    monkeypatch.setattr("clips.delivery.measured_loudness", lambda _: next(answers, Loudness(-14.1, 0.3)))
    source = film(tmp_path / "even.mp4", "320x180")
    folder, entries = bundle(make_clip(Aspect.WIDE, source=source), tmp_path, "youtube")
    found = read_back(folder / str(entries["youtube"]["file"])).loudness
    assert abs(found.integrated + 14.0) <= 0.5
    assert found.true_peak <= -1.0


def test_a_whisper_that_cannot_be_brought_up_is_refused(make_clip: MakeClip, tmp_path: Path) -> None:
    """Rather than its noise."""
    quiet = film(tmp_path / "quiet.mp4", "320x180", sound="volume=-25dB")
    one = make_clip(Aspect.WIDE, source=quiet)
    with pytest.raises(VerificationError, match="cannot be brought"):
        bundle(one, tmp_path, "youtube")


@pytest.mark.parametrize(
    ("platform", "names"),
    [
        ("youtube", {"16x9-en-1080p-14lufs.en.srt", "16x9-en-1080p-14lufs.ar.srt"}),
        ("facebook", {"16x9-en.en_US.srt", "16x9-en.ar_AR.srt"}),
        ("telegram", set()),
        ("website", {"16x9.en.srt", "16x9.en.vtt", "16x9.ar.srt", "16x9.ar.vtt"}),
    ],
)
def test_subtitle_files_are_called_as_the_platform_wants_them(
    make_clip: MakeClip, tmp_path: Path, platform: str, names: set[str]
) -> None:
    """Facebook reads the language from the name, YouTube's are told apart by it, Telegram takes none."""
    folder, entries = bundle(make_clip(Aspect.WIDE), tmp_path, platform)
    beside = {Path(path).name for path in entries[platform]["sidecars"]}  # type: ignore[attr-defined]
    assert beside == names
    assert {f.name for f in folder.rglob("*") if f.suffix in (".srt", ".vtt")} == names


def test_what_is_for_the_deaf_goes_where_it_can_be_told_apart(make_clip: MakeClip, tmp_path: Path) -> None:
    """Facebook knows only a language's country: the plain file stays what it is there. Partners read which is which."""
    one = make_clip(Aspect.WIDE)
    name = "16x9.en-x-sdh.srt"
    (one.files / name).write_text("1\n00:00:01,000 --> 00:00:02,000\n[door slams]\n")
    one = replace(one, clip=replace(one.clip, sidecars=(*one.clip.sidecars, name)))
    folder, entries = bundle(one, tmp_path, "youtube", "facebook", "website")
    beside = {p: {Path(path).name for path in entry["sidecars"]} for p, entry in entries.items()}  # type: ignore[attr-defined]
    assert "16x9-en-1080p-14lufs.en-x-sdh.srt" in beside["youtube"]
    assert beside["facebook"] == {"16x9-en.en_US.srt", "16x9-en.ar_AR.srt"}
    assert name in beside["website"]
    assert "I left." in (folder / "clips/c-0000000001/16x9-en.en_US.srt").read_text()
    readme = (folder / "README.txt").read_text()
    assert f"{name}  subtitles for the deaf and hard of hearing to upload" in readme
    assert "16x9.en.srt  subtitles to upload" in readme


def test_a_clip_that_does_not_fit_is_refused_with_the_reason(make_clip: MakeClip) -> None:
    """Nothing is cropped or shortened: the shape and the length were signed."""
    wide = make_clip(Aspect.WIDE).clip.renditions
    assert ["9:16 or 1:1" in reason for reason in misfits(find_preset("shorts"), wide)] == [True]
    long = make_clip(Aspect.WIDE, duration_ms=140_400).clip.renditions
    assert misfits(find_preset("x"), long) == ["it is 140.4 s long and x takes 140 s"]
    short = make_clip(Aspect.WIDE, duration_ms=2_900).clip.renditions
    assert ["none under 3.0 s" in reason for reason in misfits(find_preset("tiktok"), short)] == [True]
    assert misfits(find_preset("telegram"), long) == []


def test_an_unknown_platform_is_refused() -> None:
    """With those that are known."""
    with pytest.raises(PipelineError, match="unknown platform") as caught:
        find_preset("myspace")
    assert "youtube" in caught.value.hint


@pytest.mark.parametrize(
    ("language", "expected"),
    [("ar", "ar_AR"), ("fr", "fr_FR"), ("pt-PT", "pt_PT"), ("zh-Hant-TW", "zh_TW"), ("ky", "ky_KG")],
)
def test_locales_name_a_country(language: str, expected: str) -> None:
    """Ours where the language names none."""
    assert locale(language) == expected


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_says_where_its_figures_are_from(name: str) -> None:
    """With the month; burned subtitles stay clear of the platform's own buttons."""
    preset = PRESETS[name]
    assert preset.is_whole or preset.sources
    assert all(s.address.startswith("https://") and len(s.read) == 7 for s in preset.sources)
    assert (preset.captions is Captions.SIDECAR) is (preset.is_whole or bool(preset.sidecar))
    if preset.aspects[0] is Aspect.TALL:
        ours, free = SAFE_AREAS[Aspect.TALL], preset.safe_area
        assert free.left <= ours.left < ours.right <= free.right
        assert free.top <= ours.top < ours.bottom <= free.bottom
    if preset.sidecar:
        assert sidecar_name(preset, "16x9", "ar").startswith("16x9.ar")
