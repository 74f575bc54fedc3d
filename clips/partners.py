"""README.txt of a bundle: what partners need to know, in words (pure)."""

from collections.abc import Sequence

from pipeline.canonical import Json
from pipeline.domain import Origin
from subtitles.sdh import MARK

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
   another version. Titles and descriptions that were approved are in titles.csv; the clips at a glance, to
   print, in contact-sheet.html. Whatever else you write: without names and places.

WHEN A CLIP HAS TO COME DOWN

A person who speaks here may withdraw at any time. We will then write to you with the clip's number (c-...).
Take it down everywhere, delete your copies, and tell us when and where. Keep a list of where you put each clip.
"""


def partners_text(
    campaign: str, manifests: Sequence[Json], deliveries: Sequence[Json], platforms: Sequence[str], made_at: str
) -> str:
    """The whole text; `manifests` are those of the clips, `deliveries` the bundle's."""
    return _TEXT.format(
        campaign=_one_line(campaign),
        made_at=made_at,
        platforms=", ".join(_one_line(platform) for platform in platforms),
        clips="".join(_clip_text(m, [d for d in deliveries if d["clip"] == m["clip"]]) for m in manifests),
    )


def _clip_text(manifest: Json, deliveries: Sequence[Json]) -> str:
    lines = [f"Clip {manifest['clip']}, in clips/{manifest['clip']}/"]
    for path in dict.fromkeys(d["file"] for d in deliveries):
        lines += _file_text([d for d in deliveries if d["file"] == path])
    machine = [s["language"] for s in manifest["subtitles"] if s["from"] == Origin.MACHINE]
    lines += [f"  the subtitles in {language} are a machine's translation that people checked" for language in machine]
    return "\n".join([*lines, "  the pictures (.jpg) are for previews", "", ""])


def _file_text(deliveries: Sequence[Json]) -> list[str]:
    """One file, whom it is for, and what is uploaded beside it."""
    first = deliveries[0]
    burned = first["burned_subtitles"]
    subtitles = f"subtitles burned in: {burned}" if burned else "no subtitles burned in"
    lines = [
        f"  {_name(first['file'])}  for {', '.join(d['platform'] for d in deliveries)}: {first['aspect']}, "
        f"{first['width']}x{first['height']}, {_length(first['duration_ms'])}, {subtitles}"
    ]
    for delivery in deliveries:
        lines += [f"    {_name(path)}  subtitles{_for_whom(path)} to upload beside it on {delivery['platform']}"
                  for path in delivery["sidecars"]]  # fmt: skip
    return lines


def _for_whom(path: str) -> str:
    return " for the deaf and hard of hearing" if f"{MARK}." in path else ""


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _length(duration_ms: int) -> str:
    minutes, seconds = divmod(round(duration_ms / 1000), 60)
    return f"{minutes}:{seconds:02} min"


def _one_line(text: str) -> str:
    """What a person typed, without line breaks that could imitate our own lines."""
    return " ".join(text.split())
