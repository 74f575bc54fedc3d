"""Are faces covered on every frame, and what does it cost?

    python benchmarks/faces.py [--media /work/shared/media/video] [--without-costs] [--only-costs]

Frames of real footage with boxes labelled by eye (benchmarks/faces.json; between two labels the box moves evenly
where the footage allows it), and films made here in which a face comes, goes, comes back, turns and is half hidden.
A frame counts as bare when less than nine tenths of a labelled face lie under covers. Footage marked as hard shows a
head from behind and is counted apart. Films with a bare frame are those in which a person has to draw the box. Costs
are CPU seconds of one core for a second of 720p clip: the search, and what covers add to a render and its check.
"""

import argparse
import json
import resource
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

import portrait

from clips.covers import region_at
from clips.expected import Expected
from clips.faces.search import search_faces
from clips.filtergraph import Target, picture_argv
from clips.geometry import shape_of
from clips.profiles import PROFILES
from clips.redaction import hidden_in
from clips.soundgraph import Clock, Take
from clips.sources import entry_ms, source_facts
from clips.verify_picture import check_picture
from pipeline.domain import (
    Aspect,
    CutPlan,
    Faces,
    FaceSearch,
    Kept,
    Picture,
    PictureStream,
    Probe,
    Redaction,
    RedactionKind,
    Region,
    SoundStream,
    Span,
)  # fmt: skip
from pipeline.ffmpeg import file_url, open_media, run
from subtitles.fonts import fonts_folder

LABELS = Path(__file__).with_suffix(".json")
COVERED = 0.9
GOALS = {"search and cover": 1.0, "verification": 0.3}
"""CPU seconds for a second of 720p."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """Footage and the face on each frame that counts."""

    name: str
    path: Path
    is_hard: bool
    rate: Fraction
    frames: int
    faces: Mapping[int, Region]


def cpu() -> float:
    own, started = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + started.ru_utime + started.ru_stime


def probe_of(path: Path) -> Probe:
    """Also of footage without sound, which the product does not take in."""
    with open_media(path) as media:
        stream = media.streams.video[0]
        picture = PictureStream(
            stream.index, stream.codec_context.name, stream.width, stream.height, Fraction(stream.average_rate), 0,
            Fraction(1),
        )  # fmt: skip
        return Probe(media.format.name, 0, int(media.duration // 1000), SoundStream(1, "", 48_000, 2), picture)


def real_footage(folder: Path) -> list[Labelled]:
    found = []
    for entry in json.loads(LABELS.read_text(encoding="utf-8"))["videos"]:
        path = folder / entry["file"]
        labels = {int(n): edges for n, edges in entry["labels"].items()}
        faces = between(labels) if entry["every"] else {n: region(*edges) for n, edges in labels.items()}
        picture = probe_of(path).picture
        assert picture is not None
        found.append(Labelled(path.stem, path, "hard" in entry, picture.frame_rate, max(faces) + 1, faces))
    return found


def region(left: float, top: float, right: float, bottom: float) -> Region:
    return Region(round(left), round(top), round(right - left), round(bottom - top))


def between(labels: Mapping[int, Sequence[float]]) -> dict[int, Region]:
    """Every frame from the first label to the last, edges moving evenly."""
    known = sorted(labels)
    frames = range(known[0], known[-1] + 1)
    edges = [np.interp(frames, known, [labels[n][side] for n in known]) for side in range(4)]
    return {n: region(*(float(e[i]) for e in edges)) for i, n in enumerate(frames)}


def made_films(folder: Path) -> list[Labelled]:
    """Their faces are known because we put them there."""

    def walks(n: int) -> portrait.Place:
        return (round(-192 + 7 * n), 90) if n < 125 else None

    def returns(n: int) -> portrait.Place:
        return (250, 80) if n < 30 or n >= 90 else None

    def darts(n: int) -> portrait.Place:
        return (round(220 + 180 * np.sin(n / 5)), round(80 + 60 * np.cos(n / 7)))

    def passer(n: int) -> Region | None:
        return Region(8 * n - 230, 0, 230, portrait.HEIGHT)

    stories = {"walks through": (walks, 125, None), "leaves and returns": (returns, 150, None),
               "darts about": (darts, 125, None), "half hidden": (lambda _: (230, 80), 110, passer)}  # fmt: skip
    found = []
    for name, (place, frames, hidden) in stories.items():
        places = [place(n) for n in range(frames)]
        shots = [portrait.shot(p, n, hidden(n) if hidden else None) for n, p in enumerate(places)]
        path = portrait.film(folder / f"{name.replace(' ', '-')}.mkv", shots)
        # less than a third of a face at the picture's edge tells nobody who it is
        faces = {n: f for n, p in enumerate(places) if (f := portrait.face_at(p)) and f.width > portrait.FACE.width / 3}
        found.append(Labelled(f"made: {name}", path, False, Fraction(portrait.RATE), frames, faces))
    return found


def turning(folder: Path, frames: int = 125) -> Labelled:
    """A head that turns away and back: the portrait is squeezed to a quarter of its width, then looks the other way."""
    shots, faces = [], {}
    for n in range(frames):
        share = abs(np.cos(n / 20)) * 0.75 + 0.25
        wide = round(portrait.SIDE * share)
        columns = (np.arange(wide) / share).astype(int)
        head = portrait.portrait()[:, columns if np.cos(n / 20) > 0 else columns[::-1]]
        picture, left = portrait.room(n), 320 - wide // 2
        picture[80 : 80 + portrait.SIDE, left : left + wide] = head
        shots.append(picture)
        x, width = (round(side * share) for side in (portrait.FACE.x, portrait.FACE.width))
        faces[n] = Region(left + x, 80 + portrait.FACE.y, width, portrait.FACE.height)
    path = portrait.film(folder / "turns.mkv", shots)
    return Labelled("made: turns", path, False, Fraction(portrait.RATE), frames, faces)


def bare_frames(footage: Labelled, covers: Sequence[Redaction]) -> list[int]:
    """Frames on which less than COVERED of the labelled face lies under covers."""
    return [n for n, face in footage.faces.items() if share(face, covers, float(n * 1000 / footage.rate)) < COVERED]


def share(face: Region, covers: Sequence[Redaction], at_ms: float) -> float:
    under = np.zeros((face.height, face.width), bool)
    for cover in covers:
        place = region_at(cover, at_ms) if cover.span.start_ms <= at_ms < cover.span.end_ms else None
        if place:
            left, top = max(0, place.x - face.x), max(0, place.y - face.y)
            right, bottom = place.x + place.width - face.x, place.y + place.height - face.y
            under[top : max(top, bottom), left : max(left, right)] = True
    return float(under.mean())


def look(footage: Labelled) -> tuple[list[int], float, int]:
    """Bare frames, CPU seconds a second, and how many faces were followed."""
    probe = probe_of(footage.path)
    span = Span(0, min(probe.duration_ms, round(footage.frames * 1000 / footage.rate)))
    before = cpu()
    _, covers = search_faces(footage.path, probe, "r-0", span, RedactionKind.FACE)
    return bare_frames(footage, covers), (cpu() - before) / span.duration_ms * 1000, len(covers)


def costs(source: Path, folder: Path, seconds: int = 10) -> dict[str, float]:
    """CPU seconds for each second of a 720p clip: the search, and render and verification with covers and without."""
    film = folder / "720p.mkv"
    run([
        "-v", "error", "-stream_loop", "3", "-i", file_url(source), "-t", str(seconds + 1),
        "-vf", "crop=iw:iw*9/16:0:480,scale=1280:720,fps=25", "-an",
        "-c:v", "libx264", "-preset", "veryfast", file_url(film),
    ])  # fmt: skip
    probe, span = probe_of(film), Span(0, seconds * 1000)
    taken: dict[str, float] = {}

    def timed(name: str, begun: float) -> None:
        taken[name] = (cpu() - begun) / seconds

    begun = cpu()
    search, covers = search_faces(film, probe, "r-0", span, RedactionKind.FACE)
    timed("search", begun)
    for name, faces in (("plain", Faces.SHOW), ("covered", Faces.COVER)):
        plan = plan_of(span, covers if faces is Faces.COVER else (), faces, search)
        expected, target = prepared(plan, film, probe, folder)
        begun = cpu()
        run(picture_argv(expected.takes, plan.redactions, expected.clock, [target], silence(folder, seconds),
                         PROFILES["standard"], fonts_folder()))  # fmt: skip
        timed(f"render {name}", begun)
        begun = cpu()
        checks = check_picture(target.out, expected)
        timed(f"verification {name}", begun)
        assert all(c.passed for c in checks), checks
    return taken


def plan_of(span: Span, covers: Sequence[Redaction], faces: Faces, search: FaceSearch) -> CutPlan:
    return CutPlan(
        id="p-0", version=1, title="", kept=(Kept("r-0", span),), redactions=tuple(covers), aspects=(Aspect.WIDE,),
        burn=(), frame_rate=Fraction(25), picture=Picture.SOURCE, opening=None, closing=None,
        render_profile="standard", made_by="u-0", edited_by=("u-0",), salt="00" * 16, faces=faces, searches=(search,),
    )  # fmt: skip


def prepared(plan: CutPlan, film: Path, probe: Probe, folder: Path) -> tuple[Expected, Target]:
    from clips.covers import move_commands

    passage, clock, shape = plan.passages()[0], Clock(plan.frame_rate, 0, plan.total_frames), shape_of(Aspect.WIDE, 720)
    take = Take(passage, film, 1, probe.picture, entry_ms(film, probe, 0), source_facts(film, probe),
                hidden_in(passage, plan.redactions))  # fmt: skip
    if commands := move_commands(take, 0, plan.redactions, plan.frame_rate):
        moves = folder / "moves.txt"
        moves.write_text(commands, encoding="ascii")
        take = replace(take, moves=moves)
    expected = Expected(plan, (take,), {"r-0": probe}, {}, clock, shape, (), False, ())
    return expected, Target(shape, folder / f"{plan.faces}.mp4", None, None, None, None)


def silence(folder: Path, seconds: int) -> Path:
    out = folder / "silence.wav"
    if not out.exists():
        run(["-v", "error", "-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo", "-t", str(seconds), file_url(out)])
    return out


def report(all_footage: Sequence[Labelled]) -> bool:
    total = bare_total = by_hand = 0
    for footage in all_footage:
        bare, cost, followed = look(footage)
        where = f"  bare: {', '.join(map(str, bare[:12]))}" if bare else ""
        hard = " (hard, counted apart)" if footage.is_hard else ""
        print(f"{footage.name:34} {len(footage.faces):5} frames {len(bare):4} bare {followed:3} followed "
              f"{cost:5.2f} CPU s/s{hard}{where}", flush=True)  # fmt: skip
        by_hand += bool(bare)
        if not footage.is_hard:
            total, bare_total = total + len(footage.faces), bare_total + len(bare)
    print(f"{bare_total} of {total} labelled frames with a bare face (goal 0 of at least 500)")
    print(f"a person has to draw a box, or turn the picture off, in {by_hand} of {len(all_footage)} films")
    return bare_total == 0 and total >= 500


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--media", type=Path, default=Path("/work/shared/media/video"))
    parser.add_argument("--without-costs", action="store_true")
    parser.add_argument("--only-costs", action="store_true")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as temp:
        films = [] if wanted.only_costs else [*real_footage(wanted.media), *made_films(Path(temp)), turning(Path(temp))]
        fine = wanted.only_costs or report(films)
        if not wanted.without_costs:
            taken = costs(wanted.media / "latentsync_demo1.mp4", Path(temp))
            for name, seconds in taken.items():
                print(f"{name:24} {seconds:5.2f} CPU s for a second of 720p")
            cover = taken["search"] + taken["render covered"] - taken["render plain"]
            again = taken["verification covered"] - taken["verification plain"]
            for (name, goal), found in zip(GOALS.items(), (cover, again), strict=True):
                print(f"{name:24} {found:5.2f} (goal {goal})")
                fine = fine and found <= goal
    return 0 if fine else 1


if __name__ == "__main__":
    raise SystemExit(main())
