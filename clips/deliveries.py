"""A clip's files for several platforms: each made once, read back, and refused as a whole when one is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from clips.delivery import chosen, encode, is_right, shared, target_for
from clips.platforms import Captions, PlatformPreset, sidecar_name
from clips.readback import ReadBack, Target, check_delivery, read_back
from pipeline.canonical import Json
from pipeline.domain import Check, Rendition
from pipeline.errors import VerificationError
from subtitles.sdh import MARK

SRT = ".srt"


@dataclass(frozen=True, slots=True)
class Made:
    """What one platform gets of one rendition."""

    preset: PlatformPreset
    rendition: Rendition
    name: str
    """Of the file, in the clip's folder; the rendition's own when nothing had to be done."""
    found: ReadBack
    checks: tuple[Check, ...]
    sidecars: tuple[tuple[str, str], ...] = ()
    """(the clip's subtitle file, what it is called there)."""

    def as_json(self) -> Json:
        """For the manifest: figures that were read from the file, and what they were compared with."""
        found = self.found
        return {
            "platform": self.preset.name,
            "from": self.rendition.file_name,
            "from_sha256": self.rendition.sha256,
            "encoded_again": self.name != self.rendition.file_name,
            "aspect": self.rendition.aspect.value,
            "burned_subtitles": self.rendition.burn,
            "width": found.width,
            "height": found.height,
            "frame_rate": f"{found.frame_rate.numerator}/{found.frame_rate.denominator}",
            "duration_ms": found.duration_ms,
            "loudness_lufs": round(found.loudness.integrated, 1),
            "true_peak_dbtp": round(found.loudness.true_peak, 1),
            "checks": [{"check": c.name, "passed": c.passed, "detail": c.detail} for c in self.checks],
        }


def make_deliveries(
    folder: Path, renditions: Sequence[Rendition], sidecars: Sequence[str], presets: Sequence[PlatformPreset]
) -> tuple[Made, ...]:
    """Every platform's files in `folder`, which holds the verified renditions under their own names.

    Raises VerificationError naming the platform and each check that a file failed.
    """
    known: dict[str, ReadBack] = {}
    names: dict[tuple[str, Target], str] = {}
    made = []
    for preset in presets:
        for rendition in chosen(preset, renditions):
            name, target = _file_for(folder, rendition, preset, known, names)
            checks = check_delivery(known[name], target, preset)
            _require_passed(preset, name, checks)
            made.append(Made(preset, rendition, name, known[name], checks, _beside(preset, rendition, name, sidecars)))
    return tuple(made)


def _file_for(
    folder: Path,
    rendition: Rendition,
    preset: PlatformPreset,
    known: dict[str, ReadBack],
    names: dict[tuple[str, Target], str],
) -> tuple[str, Target]:
    """The name of the file that the platform gets, made when no other platform has it yet."""
    own = rendition.file_name
    if own not in known:
        known[own] = read_back(folder / own)
    target = target_for(preset, known[own])
    if is_right(known[own], target):
        return own, target
    key = own, shared(known[own], target)
    if key not in names:
        stem = f"{Path(own).stem}-{target.label}"
        number = sum(name.startswith(stem) for name in names.values())
        name = f"{stem}-{number + 1}.mp4" if number else f"{stem}.mp4"
        encode(folder / own, known[own], target, folder / name)
        known[name] = read_back(folder / name)
        names[key] = name
    return names[key], target


def _require_passed(preset: PlatformPreset, name: str, checks: Sequence[Check]) -> None:
    faults = "; ".join(f"{c.name}: {c.detail}" for c in checks if not c.passed)
    if faults:
        raise VerificationError(
            f"{name} is not what {preset.name} takes: {faults}", "nothing was written; see docs/troubleshooting.md"
        )


def _beside(
    preset: PlatformPreset, rendition: Rendition, name: str, sidecars: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    """The subtitle files of the rendition's shape, called as the platform wants them."""
    if preset.is_whole:
        return tuple((sidecar, sidecar) for sidecar in sidecars)
    if preset.captions is Captions.BURNED:
        return ()
    shape = rendition.aspect.value.replace(":", "x")
    mine = [s for s in sidecars if s.startswith(f"{shape}.") and s.endswith(SRT)]
    if "{language}" not in preset.sidecar:
        mine = [s for s in mine if not s.endswith(f"{MARK}{SRT}")]  # it would be called as the plain one is
    return tuple((s, sidecar_name(preset, Path(name).stem, s[len(shape) + 1 : -len(SRT)])) for s in mine)
