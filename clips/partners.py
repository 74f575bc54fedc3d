"""README.txt of a bundle: what partners need to know, in words (pure)."""

from collections.abc import Sequence

from pipeline.canonical import Json
from pipeline.domain import Origin

_TEXT = """Campaign: {campaign}
Made:     {made_at}
For:      {platforms}

Every clip in this folder was reviewed and approved by two people, and checked again after it was made.

WHAT IS HERE

{clips}
BEFORE YOU PUBLISH

1. Check that nothing was changed on the way:   python3 verify.py
   It needs Python 3.8 or newer and nothing else. It has to end with VERIFIED.
   Compare the sha256 that it prints for manifest.json with the one we told you another way.
2. Publish only on the platforms named above, and only these files.
3. Do not cut, crop, re-voice, translate or add music: each clip was approved exactly as it is. Ask us for
   another version. Write titles and descriptions without names and places.

WHEN A CLIP HAS TO COME DOWN

A person who speaks here may withdraw at any time. We will then write to you with the clip's number (c-...).
Take it down everywhere, delete your copies, and tell us when and where. Keep a list of where you put each clip.
"""


def partners_text(campaign: str, manifests: Sequence[Json], platforms: Sequence[str], made_at: str) -> str:
    """The whole text; `manifests` are those of the clips."""
    return _TEXT.format(
        campaign=_one_line(campaign),
        made_at=made_at,
        platforms=", ".join(_one_line(platform) for platform in platforms),
        clips="".join(_clip_text(manifest) for manifest in manifests),
    )


def _clip_text(manifest: Json) -> str:
    lines = [f"Clip {manifest['clip']}, in clips/{manifest['clip']}/"]
    for rendition in manifest["renditions"]:
        burned = rendition["burned_subtitles"]
        subtitles = f"subtitles burned in: {burned}" if burned else "no subtitles burned in"
        lines.append(
            f"  {rendition['file']}  {rendition['aspect']}, {rendition['width']}x{rendition['height']}, "
            f"{_length(rendition['duration_ms'])}, {subtitles}"
        )
    lines += [f"  {name}  subtitles to upload beside it" for name in manifest["sidecars"]]
    machine = [s["language"] for s in manifest["subtitles"] if s["from"] == Origin.MACHINE]
    lines += [f"  the subtitles in {language} are a machine's translation that people checked" for language in machine]
    return "\n".join([*lines, "  the pictures of the same names (.jpg) are for previews", "", ""])


def _length(duration_ms: int) -> str:
    minutes, seconds = divmod(round(duration_ms / 1000), 60)
    return f"{minutes}:{seconds:02} min"


def _one_line(text: str) -> str:
    """What a person typed, without line breaks that could imitate our own lines."""
    return " ".join(text.split())
