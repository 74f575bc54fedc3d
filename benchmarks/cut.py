"""What a cut costs beside the ways one would do it by hand, paired in one run.

    python benchmarks/cut.py [--seconds 60] [--shapes 3] [--without-moviepy]

One 1080p25 talking head, burned subtitles, two tones, a box, two-pass loudness, veryfast. Printed:
CPU seconds (trust these: other work slows the clock), seconds, largest memory of any process, ratios.
Our render is measured without its verification, which is printed apart. Exit code 1 where a goal is missed.
"""

import argparse
import resource
import shlex
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import clips.render
from clips.loudness import level_to, read_loudness
from clips.profiles import PROFILES
from clips.render import Order, render
from pipeline.canonical import plan_sha256
from pipeline.domain import (
    Aspect,
    Cue,
    CutPlan,
    Kept,
    Permit,
    Picture,
    Recording,
    Redaction,
    RedactionKind,
    Region,
    Span,
    Transcript,
)
from pipeline.engines.engine import Heard
from pipeline.ffmpeg import file_url, probe, run
from pipeline.sound import Samples
from subtitles.ass import write_ass
from subtitles.fonts import fonts_folder
from subtitles.plan_cues import language_document, language_sha256

FOOTAGE = Path("/work/shared/media/video/latentsync_demo3.mp4")
START_MS = 7_200
BOX = Region(700, 150, 460, 420)
SIZES = {Aspect.WIDE: (1920, 1080), Aspect.SQUARE: (1080, 1080), Aspect.TALL: (1080, 1920)}
CROPS = {Aspect.WIDE: "null", Aspect.SQUARE: "crop=1080:1080:420:0", Aspect.TALL: "crop=608:1080:656:0"}
CLEAN = shlex.split(
    "-map_metadata -1 -map_metadata:s -1 -map_chapters -1 -sn -dn -fflags +bitexact -flags:v +bitexact"
    " -flags:a +bitexact -a53cc 0 -bsf:v filter_units=remove_types=6 -color_primaries bt709 -color_trc bt709"
    " -colorspace bt709 -color_range tv -movflags +faststart"
)


GOALS = {1: 1.05, 3: 0.95}
"""Our CPU seconds beside those by hand, for one shape and for three."""
MOVIEPY_GOAL, VERIFICATION_GOAL, MEMORY_GOAL_MB = 0.38, 0.5, 800


@dataclass(slots=True)
class Cost:
    """Of one way to do it."""

    name: str
    cpu_s: float = 0.0
    clock_s: float = 0.0
    memory_mb: float = 0.0


class Silent:
    """Hears nothing, and costs nothing: recognition is another benchmark's."""

    name = model = "none"

    def transcribe(self, samples: Samples, language: str, *, translate: bool = False) -> tuple[Heard, ...]:  # noqa: ARG002
        return ()

    def detect_language(self, samples: Samples) -> tuple[str, float]:  # noqa: ARG002
        return "en", 1.0


@contextmanager
def measured(cost: Cost) -> Iterator[None]:
    began, clock = _cpu(), time.perf_counter()
    yield
    cost.cpu_s += _cpu() - began
    cost.clock_s += time.perf_counter() - clock
    cost.memory_mb = max(cost.memory_mb, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)


def _cpu() -> float:
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def make_source(folder: Path, seconds: int) -> Path:
    """A landscape talking head with camera noise, long enough."""
    out = folder / "source.mp4"
    picture = "crop=1080:608:0:200,scale=1920:1080,noise=alls=2:allf=t,fps=25,format=yuv420p"
    encode = ["-c:v", "libx264", "-preset", "superfast", "-crf", "23", "-g", "250", "-c:a", "aac"]
    length = ["-t", str(seconds + 20)]
    run(["-v", "error", "-stream_loop", "-1", "-i", file_url(FOOTAGE), *length, "-vf", picture, *encode, file_url(out)])
    return out


def make_plan(seconds: int, aspects: tuple[Aspect, ...]) -> CutPlan:
    span = Span(START_MS, START_MS + seconds * 1000)
    tones = [Redaction(f"x-{n}", "r-0", RedactionKind.TONE, Span(START_MS + at, START_MS + at + 620))
             for n, at in enumerate((2_000, seconds * 600))]  # fmt: skip
    box = Redaction("x-9", "r-0", RedactionKind.BOX, Span(START_MS + 1_000, START_MS + seconds * 500), BOX)
    return CutPlan(
        id="p-0000000001", version=1, title="", kept=(Kept("r-0", span),), redactions=(*tones, box), aspects=aspects,
        burn=("en",), frame_rate=Fraction(25), picture=Picture.SOURCE, opening=None, closing=None,
        render_profile="standard", made_by="u", edited_by=("u",), salt="0" * 32,
    )  # fmt: skip


def cues(seconds: int) -> tuple[Cue, ...]:
    return tuple(
        Cue(at, at + 2_500, ("They told me that I could", "never go home again."))
        for at in range(500, seconds * 1000 - 3_000, 3_000)
    )


def order_and_permit(source: Path, plan: CutPlan, shown: tuple[Cue, ...]) -> tuple[Order, Permit]:
    """What the gate would let through."""
    recording = Recording("r-0", "0" * 64, 1, probe(source), "C1")
    silent = Transcript("en", recording.probe.duration_ms, "", "", ())
    by_shape = {"en": dict.fromkeys(plan.aspects, shown)}
    order = Order({"r-0": source}, {"r-0": recording}, {"r-0": silent}, by_shape, Silent())
    permit = Permit(
        plan.id, plan_sha256(plan), "", (("en", language_sha256(language_document(plan, "en", by_shape["en"]))),)
    )
    return order, permit


def ours(source: Path, plan: CutPlan, shown: tuple[Cue, ...], folder: Path) -> tuple[Cost, Cost]:
    """Our render, and apart from it our verification."""
    order, permit = order_and_permit(source, plan, shown)
    whole, checks = Cost("counterclip"), Cost("its verification")
    verify = clips.render.verify_rendition

    def timed(*given: object) -> object:
        with measured(checks):
            return verify(*given)  # type: ignore[arg-type]

    clips.render.verify_rendition = timed  # type: ignore[assignment]
    with measured(whole):
        render(plan, permit, order, folder)
    clips.render.verify_rendition = verify
    whole.cpu_s, whole.clock_s = whole.cpu_s - checks.cpu_s, whole.clock_s - checks.clock_s
    return whole, checks


def by_hand(source: Path, plan: CutPlan, shown: tuple[Cue, ...], folder: Path) -> Cost:
    """One ffmpeg line per shape, with the same filters, and a line before it that measures loudness."""
    cost = Cost("ffmpeg by hand")
    start, length = START_MS / 1000, plan.kept[0].span.duration_ms / 1000
    seek = ["-ss", f"{start - 5}", "-t", f"{length + 7}", "-i", str(source)]
    spans = [(r.span.start_ms / 1000 - start, r.span.end_ms / 1000 - start) for r in plan.redactions if r.kind.is_sound]
    mask = "+".join(f"between(t,{a:.4f},{b:.4f})" for a, b in spans)
    sound = (
        f"[0:a]aresample=48000:async=1:first_pts=0,aformat=channel_layouts=stereo,"
        f"atrim=5:{5 + length},asetpts=PTS-STARTPTS,"
        f"asetnsamples=48:p=0,volume=0:enable='{mask}'[v];sine=1000:r=48000:d={length},aformat=channel_layouts=stereo,"
        f"asetnsamples=48:p=0,volume=0:enable='not({mask})'[t];[v][t]amix=2:duration=first:normalize=0,asetnsamples=1024"
    )
    box = next(r for r in plan.redactions if r.region)
    stands = f"between(t,{box.span.start_ms / 1000 - start},{box.span.end_ms / 1000 - start})"
    for aspect in plan.aspects:
        width, height = SIZES[aspect]
        text = folder / "hand.ass"
        text.write_text(write_ass(shown, aspect, width, height, "en"), encoding="utf-8")
        picture = (
            f"[0:v]fps=25:start_time=0,trim=5:{5 + length},setpts=PTS-STARTPTS,"
            f"drawbox={BOX.x}:{BOX.y}:{BOX.width}:{BOX.height}:black:fill:enable='{stands}',{CROPS[aspect]},scale={width}:{height}:flags=bicubic,setsar=1,"
            f"ass={text}:fontsdir={fonts_folder()},format=yuv420p[vo]"
        )
        with measured(cost):
            first = ["-v", "info", "-nostats", *seek, "-filter_complex", f"{sound},ebur128=peak=true:framelog=quiet[a]"]
            level = level_to(read_loudness(run([*first, "-map", "[a]", "-f", "null", "-"])), PROFILES["standard"])
            limit = (
                ",aresample=192000,alimiter=limit=0.75:attack=5:release=50:level=0:latency=1"
                if level.is_limited
                else ""
            )
            norm = f"volume={level.gain_db:.2f}dB{limit},aresample=48000"
            codecs = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-g", "50", "-c:a", "aac", "-b:a", "160k"]
            graph = ["-filter_complex", f"{picture};{sound},{norm}[ao]", "-map", "[vo]", "-map", "[ao]"]
            run(["-v", "error", "-y", *seek, *graph, *codecs, *CLEAN, str(folder / f"hand-{width}x{height}.mp4")])
    return cost


def by_moviepy(source: Path, plan: CutPlan, shown: tuple[Cue, ...], folder: Path) -> Cost:
    """As its documentation shows it; without loudness, which it does not have."""
    from moviepy import ColorClip, CompositeVideoClip, TextClip, VideoFileClip, afx

    cost, span = Cost("MoviePy"), plan.kept[0].span
    with measured(cost):
        clip = VideoFileClip(str(source)).subclipped(span.start_ms / 1000, span.end_ms / 1000)
        for r in plan.redactions:
            if r.kind.is_sound:
                at = ((r.span.start_ms - span.start_ms) / 1000, (r.span.end_ms - span.start_ms) / 1000)
                clip = clip.with_effects([afx.MultiplyVolume(0, start_time=at[0], end_time=at[1])])
        box = next(r for r in plan.redactions if r.region)
        layers = [
            clip,
            ColorClip((BOX.width, BOX.height), color=(0, 0, 0))
            .with_position((BOX.x, BOX.y))
            .with_start((box.span.start_ms - span.start_ms) / 1000)
            .with_duration(box.span.duration_ms / 1000),
        ]
        for cue in shown:
            text = TextClip(
                font=str(fonts_folder() / "DejaVuSans.ttf"), text="\n".join(cue.lines), font_size=60, color="white",
                bg_color=(0, 0, 0, 180), margin=(20, 10),
            )  # fmt: skip
            layers.append(
                text.with_position(("center", 880))
                .with_start(cue.clip_start_ms / 1000)
                .with_duration((cue.clip_end_ms - cue.clip_start_ms) / 1000)
            )
        scene = CompositeVideoClip(layers)
        scene.write_videofile(
            str(folder / "moviepy.mp4"), preset="veryfast", audio_codec="aac", logger=None,
            ffmpeg_params=["-crf", "20"], temp_audiofile_path=str(folder),
        )  # fmt: skip
        scene.close()
    return cost


def show(title: str, costs: list[Cost], base: Cost) -> None:
    print(f"\n{title}")
    for cost in costs:
        ratio = f"ours is {base.cpu_s / cost.cpu_s:.2f} of it" if cost is not base else ""
        print(f"  {cost.name:<18} {cost.cpu_s:8.1f} CPU s {cost.clock_s:8.1f} s {cost.memory_mb:7.0f} MB  {ratio}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--shapes", type=int, default=1, choices=(1, 3))
    parser.add_argument("--without-moviepy", action="store_true")
    wish = parser.parse_args()
    if not FOOTAGE.is_file():
        print(f"skipped: no footage at {FOOTAGE}")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        source = make_source(Path(folder), wish.seconds)
        aspects = tuple(Aspect)[: wish.shapes]
        plan, shown = make_plan(wish.seconds, aspects), cues(wish.seconds)
        rows: list[Callable[[], Cost]] = [lambda: by_hand(source, plan, shown, Path(folder))]
        if not wish.without_moviepy:
            rows.append(lambda: by_moviepy(source, replace(plan, aspects=(Aspect.WIDE,)), shown, Path(folder)))
        render_cost, checks = ours(source, plan, shown, Path(folder))
        costs = [render_cost, *(row() for row in rows)]
        show(f"{wish.seconds} s, {len(aspects)} shape(s), 1080 lines, veryfast", costs, render_cost)
        share = checks.cpu_s / render_cost.cpu_s
        print(
            f"  {checks.name:<18} {checks.cpu_s:8.1f} CPU s {checks.clock_s:8.1f} s          {share:.2f} of the render"
        )
        goals = zip(costs[1:], (GOALS[wish.shapes], MOVIEPY_GOAL), strict=False)
        fine = [render_cost.cpu_s <= goal * cost.cpu_s for cost, goal in goals]
        fine += [share <= VERIFICATION_GOAL, render_cost.memory_mb <= MEMORY_GOAL_MB]
    return 0 if all(fine) else 1


if __name__ == "__main__":
    sys.exit(main())
