"""How clips look and sound, as data: shapes, sizes, encoder settings, loudness."""

from dataclasses import dataclass
from fractions import Fraction

from pipeline.domain import Aspect
from pipeline.errors import PipelineError

SAMPLE_RATE = 48_000
"""Samples per second of every clip."""

RATIOS = {Aspect.WIDE: Fraction(16, 9), Aspect.SQUARE: Fraction(1), Aspect.TALL: Fraction(9, 16)}

SHORT_SIDES = (1080, 720, 540, 480, 360, 240)
"""Heights of 16:9, widths of 9:16: what platforms and players scale well."""

MAX_UPSCALE = Fraction(2)
"""Source pixels are never blown up further than this: beyond it the picture looks broken, and a
smaller file says honestly what was filmed. A smaller source beside a larger one gets a margin."""

FRAME_RATES = (
    Fraction(24_000, 1001),
    Fraction(24),
    Fraction(25),
    Fraction(30_000, 1001),
    Fraction(30),
)
"""What a clip may run at. Faster sources are halved first: talking heads gain nothing from 50."""

DIP_MS = 160
"""Each side of the short dip to black that makes a cut visible (`domain.md`, rule 10)."""

DECLICK_MS = 5
"""Fade at a passage's edges, inside the span, so that a cut in the sound does not click."""


@dataclass(frozen=True, slots=True)
class RenderProfile:
    """Encoder settings under a name; the name is part of the plan."""

    name: str
    preset: str
    """x264's; `render.md` has what each costs."""
    crf: int
    short_side: int
    """The largest of SHORT_SIDES that may be used."""
    sound_bitrate: str = "160k"
    loudness: float = -16.0
    """LUFS, integrated: what phones and social platforms expect of speech."""
    true_peak: float = -2.5
    """dBTP before encoding: AAC overshoots by 1 to 1.5 dB, at 96 kbit/s by 2.5, and -1 is what platforms allow."""


PROFILES = {
    "standard": RenderProfile("standard", "veryfast", 20, 1080),
    "master": RenderProfile("master", "medium", 17, 1080, "192k"),
    "preview": RenderProfile("preview", "ultrafast", 28, 540, "96k", true_peak=-4.0),
}


def find_profile(name: str) -> RenderProfile:
    """Raises PipelineError when there is no such render profile."""
    if name not in PROFILES:
        raise PipelineError(f"no render profile called {name}", f"choose one of {', '.join(PROFILES)}")
    return PROFILES[name]
