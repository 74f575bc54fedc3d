"""Is what was redacted gone? Random words of real speech on recordings with every layout of channels.

    python benchmarks/cut_redaction.py [--plans 200] [--seed 1] [--model base] [--without-engine]

Words and their times come from the engine itself, as in use. Each plan removes one to three stretches
of one to three words by tone, silence or room tone, grown as `review decide` grows them. Printed for each
layout: the highest correlation of what is left with the source on any channel, removed words that the
engine hears again, plans that verification refused. Then, for as many planted leaks (a redaction left
out on one channel, or cut short), how many the checks found.
"""

import argparse
import random
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import clips.render
from clips.expected import Expected
from clips.redaction import grow
from clips.render import Order, render
from clips.samples import read_channels, read_clip_sound
from clips.verify import verify_rendition
from pipeline.canonical import plan_sha256
from pipeline.domain import (
    Aspect,
    CutPlan,
    Kept,
    Permit,
    Picture,
    Recording,
    Redaction,
    RedactionKind,
    Segment,
    Span,
    Transcript,
    Verification,
    Word,
)
from pipeline.engines.engine import Engine, Heard
from pipeline.errors import PipelineError, VerificationError
from pipeline.ffmpeg import decode_sound, file_url, probe, run
from pipeline.sound import Samples
from pipeline.transcribe import load_engine

SPEECH = [
    Path("/work/shared/media/audio") / name for name in ("jfk.flac", "libri-1088-134315-0000.wav", "sense_0870.wav")
]
LAYOUTS = {
    "mono": ("anull", 1, "wav", "pcm_s16le"),
    "mono 8 kHz": ("aresample=8000", 1, "wav", "pcm_s16le"),
    "left only": ("aformat=channel_layouts=mono,pan=stereo|c0=c0|c1=0*c0", 2, "m4a", "aac"),
    "dual mono": ("aformat=channel_layouts=mono,pan=stereo|c0=c0|c1=c0", 2, "m4a", "aac"),
    "opposite": ("aformat=channel_layouts=mono,pan=stereo|c0=c0|c1=-1*c0", 2, "mkv", "flac"),
    "5.1": (
        "aformat=channel_layouts=mono,pan=5.1|c0=0.2*c0|c1=0.1*c0|c2=c0|c3=0*c0|c4=0.4*c0|c5=0.4*c0",
        6,
        "mkv",
        "ac3",
    ),
}


@dataclass(slots=True)
class Found:
    """Of one layout."""

    plans: int = 0
    spans: int = 0
    refused: int = 0
    heard_again: int = 0
    correlation: float = 0.0
    planted: int = 0
    caught: int = 0


class Deaf:
    """For measuring the sound checks alone."""

    name = model = "none"

    def transcribe(self, samples: Samples, language: str, *, translate: bool = False) -> tuple[Heard, ...]:  # noqa: ARG002
        return ()

    def detect_language(self, samples: Samples) -> tuple[str, float]:  # noqa: ARG002
        return "en", 1.0


def transcribed(engine: Engine, recording: Path) -> Transcript:
    samples = decode_sound(recording, probe(recording).sound.index)[:, 0]
    words = tuple(w for heard in engine.transcribe(samples, "en") for w in heard.words if w.span.duration_ms)
    segment = Segment("s1", " ".join(w.text for w in words), Span(words[0].span.start_ms, words[-1].span.end_ms), words)
    return Transcript("en", probe(recording).duration_ms, "", "", (segment,))


def random_redactions(
    chance: random.Random, words: Sequence[Word], samples: Samples, duration_ms: int
) -> list[Redaction]:
    made: list[Redaction] = []
    for number in range(chance.randint(1, 3)):
        first = chance.randrange(1, len(words) - 3)
        last = first + chance.randint(0, 2)
        span = grow(Span(words[first].span.start_ms, words[last].span.end_ms), samples, duration_ms, 150)
        kind = chance.choice([RedactionKind.TONE, RedactionKind.SILENCE, RedactionKind.ROOM])
        if not any(span.overlaps(other.span) for other in made):
            made.append(Redaction(f"x-{number}", "r-0", kind, span))
    return made


def make_plan(redactions: Sequence[Redaction], duration_ms: int) -> CutPlan:
    return CutPlan(
        id="p-0000000001", version=1, title="", kept=(Kept("r-0", Span(0, duration_ms)),), redactions=tuple(redactions),
        aspects=(Aspect.WIDE,), burn=(), frame_rate=Fraction(25), picture=Picture.OFF, opening=None, closing=None,
        render_profile="preview", made_by="u", edited_by=("u",), salt="0" * 32,
    )  # fmt: skip


def cut(plan: CutPlan, order: Order, folder: Path) -> tuple[Expected, Verification]:
    """Renders a plan; what it was compared with, and what was found, whether or not it passed."""
    seen: list[tuple[Expected, Verification]] = []

    def noted(path: Path, expected: Expected, *rest: object) -> Verification:
        found = verify_rendition(path, expected, *rest)  # type: ignore[arg-type]
        seen.append((expected, found))
        (folder / "seen.mp4").write_bytes(path.read_bytes())
        return found

    clips.render.verify_rendition = noted  # type: ignore[assignment]
    try:
        render(plan, Permit(plan.id, plan_sha256(plan), "", ()), order, folder)
    except VerificationError:
        pass
    finally:
        clips.render.verify_rendition = verify_rendition
    return seen[0]


def plant(chance: random.Random, expected: Expected, source: Path, clip: Path, out: Path) -> None:
    """Puts a redaction's speech back on one channel, or half of it on both."""
    hidden = chance.choice(expected.takes[0].hidden)
    sound = read_clip_sound(clip).copy()
    theirs = read_channels(source, probe(source), expected.takes[0].passage.span)
    loudest = max(range(theirs.shape[1]), key=lambda c: float((theirs[hidden.first : hidden.last, c] ** 2).sum()))
    middle = (hidden.first + hidden.last) // 2
    first, last, channels = chance.choice(
        [
            (hidden.first, hidden.last, (0,)),
            (hidden.first, hidden.last, (1,)),
            (hidden.first, middle, (0, 1)),
            (middle, hidden.last, (0, 1)),
        ]
    )
    for channel in channels:
        sound[first:last, channel] += theirs[first:last, loudest][: len(sound[first:last])]
    raw = out.with_suffix(".f32")
    raw.write_bytes(sound.astype("<f4").tobytes())
    voice = ["-f", "f32le", "-ar", "48000", "-ac", "2", "-i", file_url(raw), "-map", "0:v", "-map", "1:a"]
    codecs = ["-c:v", "copy", "-c:a", "aac", "-b:a", "160k", "-fflags", "+bitexact", "-movflags", "+faststart"]
    run(["-v", "error", "-y", "-i", file_url(clip), *voice, *codecs, file_url(out)])


def correlation_of(found: Verification) -> float:
    detail = next(c.detail for c in found.checks if c.name == "redacted sound")
    return float(re.findall(r"correlation (\d\.\d+)", detail)[0])


def measure(
    found: Found, chance: random.Random, speech: Path, layout: str, order: Order, folder: Path, plans: int
) -> None:
    sound_filter, channels, suffix, codec = LAYOUTS[layout]
    source = folder / f"source.{suffix}"
    options = ["-af", sound_filter, "-ac", str(channels), "-c:a", codec]
    run(["-v", "error", "-y", "-i", file_url(speech), *options, file_url(source)])
    recording = Recording("r-0", "0" * 64, 1, probe(source), "C1")
    samples = decode_sound(speech, probe(speech).sound.index)[:, 0]
    duration = min(recording.probe.duration_ms, len(samples) // 16)
    words = [w for s in order.transcripts["r-0"].segments for w in s.words]
    for _ in range(plans):
        plan = make_plan(random_redactions(chance, words, samples, duration), duration)
        mine = replace(order, sources={"r-0": source}, recordings={"r-0": recording})
        try:
            expected, verdict = cut(plan, mine, folder)
        except PipelineError as error:  # no quiet to be had for room tone
            print(f"  {layout}: {error.message}")
            continue
        failed = {c.name: c.detail for c in verdict.checks if not c.passed}
        if isinstance(order.engine, Deaf):
            failed.pop("kept words", None)
        found.plans, found.spans = found.plans + 1, found.spans + len(plan.redactions)
        found.refused += bool(failed)
        found.heard_again += "removed words" in failed
        found.correlation = max(found.correlation, correlation_of(verdict))
        for name, detail in failed.items():
            print(f"  {layout}: {name}: {detail}")
        plant(chance, expected, source, folder / "seen.mp4", folder / "leak.mp4")
        leaky = verify_rendition(folder / "leak.mp4", expected, Deaf())
        found.planted += 1
        found.caught += any(c.name == "redacted sound" and not c.passed for c in leaky.checks)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plans", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", default="base")
    parser.add_argument("--without-engine", action="store_true", help="words from the engine, but no second listening")
    wish = parser.parse_args()
    speeches = [path for path in SPEECH if path.is_file()]
    if not speeches:
        print("skipped: no speech at /work/shared/media/audio")
        return 0
    chance, engine = random.Random(wish.seed), load_engine("auto", wish.model)  # noqa: S311 - nothing secret
    heard = [transcribed(engine, speech) for speech in speeches]
    each = max(1, wish.plans // len(LAYOUTS) // len(speeches))
    print(f"{'layout':<12} plans spans refused heard again  correlation  leaks found")
    with tempfile.TemporaryDirectory() as name:
        for layout in LAYOUTS:
            found = Found()
            for speech, transcript in zip(speeches, heard, strict=True):
                listener: Engine = Deaf() if wish.without_engine else engine
                order = Order({}, {}, {"r-0": transcript}, {}, listener)
                measure(found, chance, speech, layout, order, Path(name), each)
            print(
                f"{layout:<12} {found.plans:5d} {found.spans:5d} {found.refused:7d} {found.heard_again:11d}"
                f" {found.correlation:12.2f}  {found.caught} of {found.planted}"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
