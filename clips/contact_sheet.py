"""What people look at before they publish: a printable page of real frames, and titles that fit (pure)."""

import csv
import html
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clips.platforms import Captions, PlatformPreset, find_preset
from pipeline.canonical import Json
from subtitles.sheet import guarded

TITLES = "titles.csv"
CONTACT_SHEET = "contact-sheet.html"

COLUMNS = (
    "clip", "platform", "file", "title", "title characters", "title allowed", "description", "description characters",
    "description allowed", "fits", "burned subtitles", "subtitle files", "poster",
)  # fmt: skip

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>Contact sheet</title>
<style>
body {{ font: 14px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; color: #10141c; background: #fff }}
article {{ border-top: 1px solid #888; padding: 1rem 0; break-inside: avoid }}
.posters {{ display: flex; flex-wrap: wrap; gap: .5rem; align-items: flex-start }}
.posters img {{ max-height: 16rem; max-width: 100% }} .strip img {{ max-height: 7rem }}
table {{ border-collapse: collapse; margin-top: .5rem }} td, th {{ text-align: start; padding: .15rem .8rem .15rem 0 }}
@page {{ size: A4; margin: 15mm }} @media print {{ body {{ margin: 0; max-width: none }} }}
</style>
<h1>{campaign}</h1><p>{made}</p>
{clips}</html>
"""


@dataclass(frozen=True, slots=True)
class Texts:
    """What a clip shows on its cards, signed with it: nothing else may describe it."""

    title: str = ""
    text: str = ""


def titles_sheet(deliveries: Sequence[Json], texts: Mapping[str, Texts]) -> str:
    """CSV: for every file the title and description of its cards, beside what the platform allows.

    Nothing is shortened: what does not fit is said, and a person writes another.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for entry in deliveries:
        writer.writerow([guarded(value) for value in _row(entry, texts.get(entry["clip"], Texts()))])
    return out.getvalue()


def contact_sheet(
    campaign: str,
    made_at: str,
    deliveries: Sequence[Json],
    texts: Mapping[str, Texts],
    strips: Mapping[str, Sequence[str]],
) -> str:
    """One HTML page without scripts: per clip its posters, further frames, and what goes where. Prints on A4."""
    clips = dict.fromkeys(entry["clip"] for entry in deliveries)
    articles = [
        _article(clip, [e for e in deliveries if e["clip"] == clip], texts.get(clip, Texts()), strips.get(clip, ()))
        for clip in clips
    ]
    made = f"{len(clips)} clips, made {made_at[:10]}"
    return _PAGE.format(campaign=html.escape(campaign), made=html.escape(made), clips="".join(articles))


def _row(entry: Json, texts: Texts) -> list[str]:
    preset = find_preset(entry["platform"])
    title, description = _fitted(preset, texts)
    allowed = (preset.title_length, preset.description_length)
    fits = all(limit is None or len(text) <= limit for text, limit in zip((title, description), allowed, strict=True))
    sizes = [part for text, limit in zip((title, description), allowed, strict=True) for part in (len(text), limit)]
    return [
        entry["clip"], entry["platform"], entry["file"], title, *_texts(sizes[:2]), description, *_texts(sizes[2:]),
        "yes" if fits else "TOO LONG", entry["burned_subtitles"] or "", " ".join(entry["sidecars"]), entry["poster"],
    ]  # fmt: skip


def _fitted(preset: PlatformPreset, texts: Texts) -> tuple[str, str]:
    """Title and description; where there are no titles, it begins the description."""
    if preset.title_length is not None:
        return texts.title, texts.text
    return "", "\n\n".join(part for part in (texts.title, texts.text) if part)


def _texts(sizes: Sequence[int | None]) -> list[str]:
    return ["no limit" if size is None else str(size) for size in sizes]


def _article(clip: str, deliveries: Sequence[Json], texts: Texts, strip: Sequence[str]) -> str:
    title = html.escape(texts.title or clip)
    posters = "".join(_image(path, f"Poster of {clip}") for path in dict.fromkeys(e["poster"] for e in deliveries))
    frames = "".join(_image(path, f"Frame of {clip}") for path in strip)
    rows = "".join(_file_row(entry) for entry in deliveries)
    return (
        f'<article><h2 dir="auto">{title}</h2><p dir="auto">{html.escape(texts.text)}</p>'
        f'<p>{clip}</p><div class="posters">{posters}</div><div class="posters strip">{frames}</div>'
        f"<table><tr><th>for</th><th>file</th><th>size</th><th>length</th><th>subtitles</th></tr>{rows}</table></article>\n"
    )


def _file_row(entry: Json) -> str:
    burned = f"in the picture: {entry['burned_subtitles']}" if entry["burned_subtitles"] else ""
    beside = f"{len(entry['sidecars'])} files beside it" if entry["sidecars"] else ""
    is_mute = find_preset(entry["platform"]).captions is Captions.BURNED and not burned
    none = "none: cut it with --burn, this platform takes no subtitle file" if is_mute else "none"
    cells = (
        entry["platform"], entry["file"].rpartition("/")[2], f"{entry['width']}x{entry['height']}",
        f"{entry['duration_ms'] / 1000:.0f} s", ", ".join(part for part in (burned, beside) if part) or none,
    )  # fmt: skip
    return "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + "</tr>"


def _image(path: str, alt: str) -> str:
    return f'<img src="{html.escape(path)}" alt="{html.escape(alt)}">'
