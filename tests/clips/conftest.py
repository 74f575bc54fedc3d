"""Recordings made on the fly whose every frame says its number, and the shortest way to a clip."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from clips.render import Order, render
from pipeline.canonical import plan_sha256
from pipeline.domain import (
    Aspect,
    Card,
    Cue,
    CutPlan,
    Kept,
    Permit,
    Picture,
    Recording,
    Redaction,
    Rendition,
    Segment,
    Span,
    Transcript,
    Word,
)
from pipeline.engines.engine import Heard
from pipeline.ffmpeg import file_url, open_media, probe, run
from pipeline.sound import Samples
from subtitles.plan_cues import language_document, language_sha256

BITS = 12
WIDTH, HEIGHT = 320, 180
NOISE_RATE = 48_000


def bar_frame(number: int) -> bytes:
    """A grey picture whose twelve bars are the frame's number in binary, lowest bit left."""
    picture = np.full((HEIGHT, WIDTH), 126, np.uint8)
    for bit in range(BITS):
        picture[40:140, 40 + bit * 20 : 58 + bit * 20] = 220 if number >> bit & 1 else 30
    return picture.tobytes()


def read_bars(luma: "np.ndarray[tuple[int, int], np.dtype[np.uint8]]") -> int:
    """The number in a picture that shows the bars, at any size; the picture fills the frame."""
    height, width = luma.shape
    middle = luma[int(height * 0.4) : int(height * 0.6)]
    number = 0
    for bit in range(BITS):
        left, right = (40 + bit * 20 + 6) * width // WIDTH, (40 + bit * 20 + 12) * width // WIDTH
        number |= int(middle[:, left:right].mean() > 125) << bit
    return number


def frame_numbers(path: Path) -> list[int]:
    """The numbers that the frames of a clip show, the edit list ignored."""
    with open_media(path, ignore_editlist="1") as container:
        found = []
        for frame in container.decode(container.streams.video[0]):
            plane = frame.planes[0]
            luma = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[: frame.height, : frame.width]
            found.append(read_bars(luma))
    return found


Make = Callable[..., Path]


@pytest.fixture(scope="session", name="make_recording")
def make_recording_(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """A recording with numbered frames and noise that is never the same; made once for each set of options."""
    made: dict[tuple[object, ...], Path] = {}

    def make(
        name: str, *, rate: str = "25", seconds: float = 8, video: Sequence[str] = (), channels: int = 1,
        sound: Path | None = None, sound_filter: str = "anull", before: Sequence[str] = (), picture: bool = True,
    ) -> Path:  # fmt: skip
        key = (name, rate, seconds, tuple(video), channels, sound, sound_filter, tuple(before))
        if key not in made:
            out = tmp_path_factory.mktemp("recording") / name
            frames = round(seconds * Fraction(rate))
            noise = ["-f", "lavfi", "-i", f"anoisesrc=d={seconds}:seed=7:r={NOISE_RATE}:a=0.25"]
            source = ["-i", file_url(sound)] if sound else noise
            shown = ["-map", "0:v", "-pix_fmt", "yuv420p", *(video or ("-c:v", "libx264", "-preset", "ultrafast"))]
            run(
                [
                    "-v", "error", "-f", "rawvideo", "-pixel_format", "gray", "-video_size", f"{WIDTH}x{HEIGHT}",
                    "-framerate", rate, *before, "-i", "pipe:0", *source, *(shown if picture else ()),
                    "-map", "1:a", "-af", sound_filter, "-ac", str(channels), file_url(out),
                ],
                frames=(bar_frame(n) for n in range(frames)),
            )  # fmt: skip
            made[key] = out
        return made[key]

    return make


def spoken(words: Sequence[tuple[str, int, int]], duration_ms: int, language: str = "en") -> Transcript:
    """A transcript of one segment with these words."""
    timed = tuple(Word(text, Span(start, end), 0.9) for text, start, end in words)
    whole = Span(timed[0].span.start_ms, timed[-1].span.end_ms) if timed else Span(0, duration_ms)
    segment = Segment("s1", " ".join(w.text for w in timed), whole, timed)
    return Transcript(language, duration_ms, "test", "test", (segment,) if timed else ())


class Parrot:
    """An engine that hears in each passage what it was told to, in order."""

    name = "parrot"
    model = "none"

    def __init__(self, answers: Sequence[Sequence[tuple[str, int, int]]]) -> None:
        self.answers = [tuple(answer) for answer in answers]
        self.asked = 0

    def transcribe(self, samples: Samples, language: str, *, translate: bool = False) -> tuple[Heard, ...]:
        answer = self.answers[self.asked % len(self.answers)] if self.answers else ()
        self.asked += 1
        words = tuple(Word(text, Span(start + 300, end + 300)) for text, start, end in answer)
        return (Heard(" ".join(w.text for w in words), None, words),)

    def detect_language(self, samples: Samples) -> tuple[str, float]:
        return "en", 1.0


@dataclass(frozen=True, slots=True)
class Studio:
    """Plans and renders with few words; recordings are called r-0, r-1, …"""

    sources: Sequence[Path]
    folder: Path
    transcripts: Mapping[str, Transcript] = field(default_factory=dict)

    def recordings(self) -> dict[str, Recording]:
        return {f"r-{n}": Recording(f"r-{n}", "0" * 64, 1, probe(path), "C1") for n, path in enumerate(self.sources)}

    def plan(
        self, *kept: tuple[int, int, int], redactions: Sequence[Redaction] = (), rate: Fraction = Fraction(25),
        aspects: Sequence[Aspect] = (Aspect.WIDE,), burn: Sequence[str] = (), picture: Picture = Picture.SOURCE,
        opening: Card | None = None, closing: Card | None = None, profile: str = "preview",
    ) -> CutPlan:  # fmt: skip
        """A plan of (recording, start, end) in milliseconds, taken as it stands."""
        return CutPlan(
            id="p-0000000001", version=1, title="", redactions=tuple(redactions), aspects=tuple(aspects),
            kept=tuple(Kept(f"r-{n}", Span(start, end)) for n, start, end in kept), burn=tuple(burn), frame_rate=rate,
            picture=picture, opening=opening, closing=closing, render_profile=profile, made_by="u-1",
            edited_by=("u-1",), salt="00" * 16,
        )  # fmt: skip

    def heard(self, plan: CutPlan) -> list[list[tuple[str, int, int]]]:
        """What a perfect listener hears of the plan: each kept word that no redaction touches."""
        answers = []
        for kept in plan.kept:
            words = self.transcripts[kept.recording].words_within(kept.span) if self.transcripts else ()
            hidden = [r.span for r in plan.redactions if r.recording == kept.recording and r.kind.is_sound]
            clear = [w for w in words if kept.span.contains(w.span) and not any(h.overlaps(w.span) for h in hidden)]
            start = kept.span.start_ms
            answers.append([(w.text, w.span.start_ms - start, w.span.end_ms - start) for w in clear])
        return answers

    def order(
        self, plan: CutPlan, *, cues: Mapping[str, Sequence[Cue]] | None = None, engine: Parrot | None = None,
        canaries: Sequence[str] = (),
    ) -> Order:  # fmt: skip
        shown = {language: dict.fromkeys(plan.aspects, tuple(c)) for language, c in (cues or {}).items()}
        return Order(
            sources={f"r-{n}": path for n, path in enumerate(self.sources)},
            recordings=self.recordings(),
            transcripts=self.transcripts,
            cues=shown,
            engine=engine or Parrot(self.heard(plan)),
            canaries=tuple(canaries),
        )

    def permit(self, plan: CutPlan, order: Order) -> Permit:
        signed = tuple(
            (language, language_sha256(language_document(plan, language, cues)))
            for language, cues in order.cues.items()
        )
        return Permit(plan.id, plan_sha256(plan), "0" * 64, signed)

    def render(self, plan: CutPlan, **wishes: object) -> tuple[Rendition, ...]:
        order = self.order(plan, **wishes)  # type: ignore[arg-type]
        return render(plan, self.permit(plan, order), order, self.folder)


@pytest.fixture(scope="session", name="make_studio")
def make_studio_() -> Callable[..., Studio]:
    """Makes a studio with these recordings that renders into a folder."""

    def make(*sources: Path, folder: Path, transcripts: Mapping[str, Transcript] | None = None) -> Studio:
        return Studio(sources, folder, transcripts or {})

    return make


@pytest.fixture
def studio(make_studio: Callable[..., Studio], tmp_path: Path) -> Callable[..., Studio]:
    """Makes a studio with these recordings."""
    return partial(make_studio, folder=tmp_path)


@pytest.fixture(name="numbers")
def numbers_() -> Callable[[Path], list[int]]:
    """Reads the numbers that a clip's frames show."""
    return frame_numbers


@pytest.fixture(scope="session", name="spoken")
def spoken_() -> Callable[..., Transcript]:
    """Makes a transcript of words with times."""
    return spoken


@pytest.fixture
def parrot() -> type[Parrot]:
    """An engine that hears what it is told to."""
    return Parrot
