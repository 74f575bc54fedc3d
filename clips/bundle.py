"""The folder that is handed over: built file by file from an allow-list, never "copy minus"."""

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from clips import verifier
from clips.contact_sheet import CONTACT_SHEET, TITLES, Texts, contact_sheet, titles_sheet
from clips.credentials import SUFFIX, Sign
from clips.deliveries import Made, make_deliveries
from clips.delivery import chosen
from clips.partners import partners_text
from clips.platforms import PlatformPreset, find_preset
from clips.thumbnails import Look, choose_thumbnails, write_jpeg
from pipeline.canonical import Json, file_sha256
from pipeline.domain import Clip, Delivery, Rendition
from pipeline.errors import PipelineError, VerificationError

CLIPS_FOLDER = "clips"
RENDITION = "rendition"
VERIFIER = "verify.py"
README = "README.txt"
FRAME = "-frame"
"""In the names of frames for the contact sheet."""

PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
"""Names that our own code gives. A name that a person typed could name a person."""


@dataclass(frozen=True, slots=True)
class BundledClip:
    """A finished clip, the folder its files lie in, and what the bundle says of it."""

    clip: Clip
    files: Path
    manifest: Json
    """From `clips.manifest.clip_manifest`."""
    texts: Texts = field(default_factory=Texts)
    """Of its cards, which were signed: its title and description."""
    look: Look = field(default_factory=Look)
    """What decides which of its frames may stand for it."""


@dataclass(frozen=True, slots=True)
class _Packed:
    """One file of the bundle."""

    path: str
    role: str
    clip: str | None
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class _Content:
    """What one clip brings."""

    files: tuple[_Packed, ...]
    deliveries: tuple[Json, ...]
    strip: tuple[str, ...]
    """Paths of frames for the contact sheet."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a bundle."""

    manifest_sha256: str
    deliveries: tuple[Delivery, ...]


def write_bundle(
    folder: Path,
    campaign: str,
    clips: Sequence[BundledClip],
    platforms: Sequence[str],
    made_at: str,
    *,
    bundle_id: str,
    ledger_key: str | None = None,
    sign: Callable[[str], str] | None = None,
    credentials: Sign | None = None,
) -> Written:
    """Fill the empty `folder` with everything a partner gets.

    Each platform gets its file of each clip: the verified one where it fits, else one made from it and
    read back. The caller gives the folder its name once it has recorded the digest. `ledger_key` is the
    public line with which the checkpoints were signed; `sign` makes the signature of the manifest's sha256,
    `credentials` those of each video.
    Raises VerificationError when a rendition is not the file that was verified, or a made one is not
    what its platform takes; PipelineError when a file is missing or cannot be written.
    """
    if not clips:
        raise PipelineError("the bundle would be empty", "name at least one clip")
    if len({one.clip.id for one in clips}) != len(clips):
        raise PipelineError("a clip is named twice", "name each clip once")
    presets = [find_preset(platform) for platform in platforms]
    try:
        content = [_pack_clip(folder, one, presets) for one in clips]
        packed = [file for part in content for file in part.files]
        if credentials is not None:
            packed += [_credited(folder, file, credentials) for file in packed if file.role == RENDITION]
        delivered = [entry for part in content for entry in part.deliveries]
        text = partners_text(campaign, [one.manifest for one in clips], delivered, platforms, made_at)
        packed.append(_write(folder, README, text.encode(), "readme"))
        texts = {one.clip.id: one.texts for one in clips}
        strips = {one.clip.id: part.strip for one, part in zip(clips, content, strict=True)}
        page = contact_sheet(campaign, made_at, delivered, texts, strips)
        packed.append(_write(folder, CONTACT_SHEET, page.encode(), "contact sheet"))
        packed.append(_write(folder, TITLES, titles_sheet(delivered, texts).encode(), "titles"))
        packed.append(_write(folder, VERIFIER, Path(verifier.__file__).read_bytes(), "verifier"))
        manifest = {
            "format": verifier.FORMAT,
            "bundle": bundle_id,
            "campaign": campaign,
            "platforms": list(platforms),
            "made_at": made_at,
            "files": [_file_entry(file) for file in sorted(packed, key=lambda file: file.path)],
            "deliveries": delivered,
            "clips": [one.manifest for one in clips],
            "ledger_key": ledger_key,
        }
        raw = (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()
        (folder / verifier.MANIFEST).write_bytes(raw)
        if sign is not None:
            (folder / verifier.SIGNATURE).write_text(sign(hashlib.sha256(raw).hexdigest()), encoding="utf-8")
    except OSError as error:
        raise PipelineError(f"cannot write the bundle: {error.strerror}", "check the disk and run it again") from None
    sha256 = hashlib.sha256(raw).hexdigest()
    verify_bundle(folder, sha256)
    return Written(sha256, tuple(_delivery(entry) for entry in delivered))


def verify_bundle(folder: Path, manifest_sha256: str | None = None) -> None:
    """Look at a bundle as a partner's `python3 verify.py` would.

    Raises VerificationError naming the first file that is not as it was handed over.
    """
    try:
        bad = [state for state in verifier.verify(folder.resolve(), manifest_sha256) if not state.is_good]
    except verifier.NotABundleError as error:
        raise VerificationError(f"the bundle cannot be checked: {error}", "export it again") from None
    if bad:
        raise VerificationError(
            f"{len(bad)} files of the bundle are not right: {bad[0].state.lower()} {bad[0].name}", "export it again"
        )


def _pack_clip(folder: Path, one: BundledClip, presets: Sequence[PlatformPreset]) -> _Content:
    """The clip's folder: the platforms' files, a poster of each rendition they were made of, subtitle files."""
    clip = one.clip
    home = f"{CLIPS_FOLDER}/{_plain(clip.id)}"
    (folder / home).mkdir(parents=True)
    for name in clip.sidecars:
        _plain(name)
    used = [r for r in clip.renditions if any(r in chosen(preset, clip.renditions) for preset in presets)]
    packed = {r.file_name: _copy(one, r.file_name, folder, home, RENDITION, r.sha256) for r in used}
    made = make_deliveries(folder / home, used, clip.sidecars, presets)
    pictures = [name for r in used for name in _write_pictures(folder / home, r, one, is_first=r is used[0])]
    packed |= {name: _packed(folder, f"{home}/{name}", "poster", clip.id) for name in pictures}
    for name in {r.file_name for r in used} - {m.name for m in made}:
        (folder / home / name).unlink()  # nobody gets it as it was verified
        del packed[name]
    for one_made in made:
        if one_made.name not in packed:
            packed[one_made.name] = _packed(folder, f"{home}/{one_made.name}", RENDITION, clip.id)
        for sidecar, name in one_made.sidecars:
            packed[name] = _copy(one, sidecar, folder, home, "sidecar", called=name)
    strip = tuple(f"{home}/{name}" for name in pictures if FRAME in name)
    return _Content(tuple(packed.values()), tuple(_entry(m, packed, clip.id) for m in made), strip)


def _write_pictures(folder: Path, rendition: Rendition, one: BundledClip, *, is_first: bool) -> list[str]:
    """The poster of a rendition, and of the first one frames for the contact sheet; their names."""
    stem = Path(rendition.file_name).stem
    found = choose_thumbnails(folder / rendition.file_name, rendition, one.manifest, one.look)
    pictures = (found.poster, *(found.strip if is_first else ()))
    names = [f"{stem}.jpg", *(f"{stem}{FRAME}{number}.jpg" for number in range(1, len(pictures)))]
    for name, picture in zip(names, pictures, strict=True):
        write_jpeg(picture, folder / name)
    return names


def _entry(made: Made, packed: Mapping[str, _Packed], clip: str) -> Json:
    file = packed[made.name]
    return {
        "clip": clip,
        **made.as_json(),
        "file": file.path,
        "sha256": file.sha256,
        "poster": packed[f"{Path(made.rendition.file_name).stem}.jpg"].path,
        "sidecars": [packed[name].path for _, name in made.sidecars],
    }


def _delivery(entry: Json) -> Delivery:
    return Delivery(entry["clip"], entry["platform"], entry["file"], entry["sha256"], entry["from"])


def _credited(folder: Path, video: _Packed, credentials: Sign) -> _Packed:
    path = f"{video.path}{SUFFIX}"
    (folder / path).write_bytes(credentials(folder / video.path))
    return _packed(folder, path, "credentials", video.clip)


def _copy(
    one: BundledClip,
    name: str,
    folder: Path,
    home: str,
    role: str,
    expected_sha256: str | None = None,
    *,
    called: str | None = None,
) -> _Packed:
    """Copy bytes only: no times, no extended attributes, and never through a link."""
    source = one.files / _plain(name)
    if source.is_symlink() or not source.is_file():
        raise PipelineError(f"{name} of {one.clip.id} is missing", "cut it again")
    shutil.copyfile(source, folder / home / _plain(called or name))
    packed = _packed(folder, f"{home}/{called or name}", role, one.clip.id)
    if expected_sha256 is not None and packed.sha256 != expected_sha256:
        raise VerificationError(f"{name} of {one.clip.id} is not the file that was verified", "cut it again")
    return packed


def _plain(name: str) -> str:
    if not PLAIN_NAME.fullmatch(name):
        raise PipelineError("a file of the clip has a name that we did not give it", "cut the clip again")
    return name


def _write(folder: Path, name: str, content: bytes, role: str) -> _Packed:
    (folder / name).write_bytes(content)
    return _packed(folder, name, role, None)


def _packed(folder: Path, path: str, role: str, clip: str | None) -> _Packed:
    file = folder / path
    return _Packed(path, role, clip, file_sha256(file), file.stat().st_size)


def _file_entry(file: _Packed) -> Json:
    entry = {"path": file.path, "role": file.role, "sha256": file.sha256, "size_bytes": file.size_bytes}
    return entry if file.clip is None else {**entry, "clip": file.clip}
