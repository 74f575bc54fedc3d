"""Is every clip as loud as it should be, and never louder at its peaks?

    python benchmarks/cut_loudness.py [--media /work/shared/media/audio]

Real speech, as it is, quieter, and with clicks near full scale, cut to clips whose loudness is measured in the
finished file (ebur128, oversampled peaks). The figure is how far it is from the target. Exit code 1 where a goal is
missed. What platforms get besides is in the tests of `clips/delivery.py`.
"""

import argparse
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

import clips.render
from clips.profiles import PROFILES
from clips.render import Order, render
from clips.samples import measured_loudness
from pipeline.canonical import plan_sha256
from pipeline.domain import (
    Aspect,
    Check,
    CutPlan,
    Kept,
    Permit,
    Picture,
    Recording,
    Redaction,
    RedactionKind,
    Span,
    Verification,
)
from pipeline.engines.engine import Heard
from pipeline.ffmpeg import file_url, probe, run
from pipeline.sound import Samples

GOAL_LU, GOAL_PEAK = 0.5, -1.0
SHORTEST_MS = 5_000
SOUNDS = {
    "as recorded": "anull",
    "12 dB quieter": "volume=-12dB",
    "with clicks": "aeval='val(0)+0.9*lt(mod(t,2),0.0003)':c=same",
    "one channel": "aformat=channel_layouts=mono,pan=stereo|c0=c0|c1=0*c0",
}


class Silent:
    """Nothing is listened to again here."""

    name = model = "none"

    def transcribe(self, samples: Samples, language: str, *, translate: bool = False) -> tuple[Heard, ...]:  # noqa: ARG002
        return ()

    def detect_language(self, samples: Samples) -> tuple[str, float]:  # noqa: ARG002
        return "en", 1.0


def plan_of(duration_ms: int) -> CutPlan:
    """All of a recording, with a second of tone in its middle."""
    middle = duration_ms // 2
    tone = Redaction("x-1", "r-0", RedactionKind.TONE, Span(middle, middle + 1_000))
    return CutPlan(
        id="p-0000000001", version=1, title="", kept=(Kept("r-0", Span(0, duration_ms)),), redactions=(tone,),
        aspects=(Aspect.WIDE,), burn=(), frame_rate=Fraction(25), picture=Picture.OFF, opening=None, closing=None,
        render_profile="preview", made_by="u", edited_by=("u",), salt="0" * 32,
    )  # fmt: skip


def measure(speech: Path, sound: str, folder: Path) -> tuple[float, float] | None:
    """How far the clip's loudness is from its target, and its peak; None for what is too short to have one."""
    source = folder / "source.wav"
    run(["-v", "error", "-y", "-i", file_url(speech), "-t", "30", "-af", sound, file_url(source)])
    recording = Recording("r-0", "0" * 64, 1, probe(source), "C1")
    if recording.probe.duration_ms < SHORTEST_MS:
        return None
    plan = plan_of(recording.probe.duration_ms)
    order = Order({"r-0": source}, {"r-0": recording}, {}, {}, Silent())
    render(plan, Permit(plan.id, plan_sha256(plan), "", ()), order, folder)
    found = measured_loudness(folder / "16x9.mp4")
    (folder / "16x9.mp4").unlink()
    return found.integrated - PROFILES["preview"].loudness, found.true_peak


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--media", type=Path, default=Path("/work/shared/media/audio"))
    wish = parser.parse_args()
    clips.render.verify_rendition = lambda *_: Verification((Check("left out", True, ""),))
    speeches = sorted(path for path in wish.media.glob("*") if path.suffix in (".flac", ".wav", ".mp3"))
    if not speeches:
        print(f"skipped: no speech at {wish.media}")
        return 0
    fine = True
    with tempfile.TemporaryDirectory() as folder:
        for told, sound in SOUNDS.items():
            found = {path.name: measure(path, sound, Path(folder)) for path in speeches}
            measured = {name: both for name, both in found.items() if both}
            off = max(measured, key=lambda name: abs(measured[name][0]))
            missed = [n for n, (lu, peak) in measured.items() if abs(lu) > GOAL_LU or peak > GOAL_PEAK]
            print(f"{told:<16} {len(measured):3d} clips, farthest from the target {measured[off][0]:+.2f} LU ({off}),"
                  f" highest peak {max(peak for _, peak in measured.values()):.1f} dBTP;"
                  f" missed: {', '.join(missed) or 'none'}", flush=True)  # fmt: skip
            fine = fine and not missed
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
