"""What stays inside: secrets are planted wherever a recording and its people can hold one; a bundle holds none."""

import json
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from office import DATA, Office
from PIL import Image
from stores import new_workspace

from clips.bundle import verify_bundle
from pipeline.domain import Aspect, Choice, ClaimStatus, Kept, Picture, RedactionKind, Role, Span, Speaker, User
from pipeline.ffmpeg import file_url, run
from pipeline.ingest import Request
from pipeline.jobs.cut import cut_plan
from pipeline.jobs.decide import decide_and_redact, flag_by_hand
from pipeline.jobs.export import export_campaign
from pipeline.jobs.gate import seen_now, sign_plan
from pipeline.jobs.ingest import check_recording, current_checklist, ingest_file
from pipeline.jobs.plan import Wish, make_plan
from pipeline.jobs.team import found_team
from pipeline.sealing import new_key, unseal
from pipeline.settings import Settings
from pipeline.store import open_store
from review.accounts import add_user
from review.claims import state_claim
from review.correcting import comment, correct_words
from review.gate_flags import INNOCENCE_CLAIM
from review.interviewees import state
from subtitles.transcripts import read_transcript

KENNEDY = Span(0, 2_700)
"""And so my fellow Americans."""
TAGS = ("title", "artist", "album", "comment", "description", "copyright", "encoded_by", "synopsis", "location",
        "location-eng", "com.apple.quicktime.location.ISO6709", "make", "model", "date_of_recording")  # fmt: skip


class Planted:
    """Secrets by the place they were planted in: long words that stand nowhere else."""

    def __init__(self) -> None:
        self.words: dict[str, str] = {}

    def __call__(self, place: str) -> str:
        """A new secret for this place."""
        number = len(self.words)
        self.words[place] = f"Qz{chr(97 + number // 26)}{chr(97 + number % 26)}vorkuthal"
        return self.words[place]


def film(folder: Path, plant: Planted) -> Path:
    """A Matroska file with a secret in everything such a file can hold."""
    photo, subtitles, chapters = folder / "photo.jpg", folder / "talk.srt", folder / "chapters.txt"
    exif = Image.Exif()
    exif[0x010E], exif[0x013B], exif[0x8298] = plant("EXIF description"), plant("EXIF artist"), plant("EXIF rights")
    Image.new("RGB", (64, 64), "navy").save(photo, exif=exif, comment=plant("JPEG comment").encode())
    subtitles.write_text(f"1\n00:00:00,000 --> 00:00:02,000\n{plant('subtitle track')}\n", encoding="utf-8")
    first, second = plant("first chapter"), plant("second chapter")
    chapter = "[CHAPTER]\nTIMEBASE=1/1000\nSTART={}\nEND={}\ntitle={}\n"
    chapters.write_text(
        f";FFMETADATA1\n{chapter.format(0, 2000, first)}{chapter.format(2000, 9000, second)}", encoding="utf-8"
    )
    tags = [part for tag in TAGS for part in ("-metadata", f"{tag}={plant(f'tag {tag}')}")]
    streams = [
        part
        for stream in ("v:0", "a:0", "s:0")
        for part in (f"-metadata:s:{stream}", f"title={plant(f'title of {stream}')}")
    ]
    folder = folder / plant("folder name")
    folder.mkdir()
    made = folder / f"{plant('file name')}.mkv"
    run([
        "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=11", "-i", file_url(DATA / "jfk.flac"),
        "-i", file_url(subtitles), "-f", "ffmetadata", "-i", file_url(chapters), "-map", "0:v", "-map", "1:a",
        "-map", "2:s", "-map_metadata", "-1", "-map_chapters", "3", *tags, *streams, "-attach", str(photo),
        "-metadata:s:t", "mimetype=image/jpeg", "-metadata:s:t", f"filename={plant('attachment name')}.jpg",
        "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "flac", "-c:s", "srt", file_url(made),
    ])  # fmt: skip
    return made


def transcript_file(folder: Path, plant: Planted) -> Path:
    """What was said, with secrets for a word to be removed, one to be corrected, and all that is not kept."""
    document = json.loads((DATA / "jfk.json").read_text(encoding="utf-8"))
    (segment,) = document["segments"]
    words = segment["words"]
    words[3]["text"], words[4]["text"] = plant("removed word"), plant("misheard word")
    words[8]["text"], words[-1]["text"] = plant("word after the clip"), plant("last word of the recording")
    segment["text"] = " ".join(w["text"].strip() for w in words)
    segment["translation"] = plant("translation of the whole segment")
    file = folder / f"{plant('transcript file name')}.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory, weights_base: Path) -> Iterator[tuple[Planted, Path, Path]]:
    """The secrets, the bundle's folder, and what its recipient finds in the sealed file."""
    plant, root = Planted(), tmp_path_factory.mktemp("canaries")
    workspace = new_workspace(root / plant("workspace folder"), Settings(render_profile="preview"))
    team = found_team(workspace)
    (workspace.root / "checklists").mkdir(exist_ok=True)
    (workspace.root / "checklists" / "names.txt").write_text(f"person: {plant('case name')}\n", encoding="utf-8")
    with closing(open_store(workspace.store_url)) as store:
        hands = {
            role: add_user(store, plant(f"name of the {what}"), (role,), "a long enough password", by=team.ana.id)
            for what, role in (("editor", Role.EDITOR), ("counsel", Role.COUNSEL), ("exporter", Role.EXPORTER))
        }
        first, second = (
            add_user(store, plant(f"name of the {n} reviewer"), (Role.REVIEWER,), "a long enough password")
            for n in ("first", "second")
        )
        office = Office(workspace, store, replace(team, edo=hands[Role.EDITOR], bea=first, cem=second))
        office.state_everything(warning_override=plant("why the warning may lack"))
        said = {field: plant(field) for field in ("region", "gender", "role", "period", "reason")}
        state(store, hands[Role.COUNSEL], "T-1", said)
        recording = take_in(office, film(root, plant), transcript_file(root, plant))
        judge(office, recording, plant, hands[Role.COUNSEL])
        wish = Wish((Kept(recording, KENNEDY),), "A speech", "1961", (Aspect.WIDE, Aspect.TALL), ("en",),
                    Picture.SOURCE)  # fmt: skip
        plan = make_plan(workspace, store, office.team.edo, wish)
        seen = seen_now(workspace, store, plan.id)
        for person in (first, second):
            sign_plan(workspace, store, person, plan.id, seen)
        clip = cut_plan(workspace, store, plan.id)
        key = new_key(root / "partner.key")
        bundle, folder = export_campaign(
            workspace, store, hands[Role.EXPORTER], "spring", (clip.id,), ("youtube", "tiktok"), "Partner", (key,)
        )
        opened = root / "opened"
        opened.mkdir()
        unseal(folder.with_name(f"{folder.name}.tar.age"), opened, root / "partner.key")
        verify_bundle(opened / bundle.id, bundle.manifest_sha256)
        yield plant, folder, opened / bundle.id


def take_in(office: Office, source: Path, transcript: Path) -> str:
    request = Request(source, "T-1", imported=read_transcript(transcript))
    checklist = current_checklist(office.workspace)
    return ingest_file(office.workspace, checklist, None, None, lambda *_: None, request).recording


def judge(office: Office, recording: str, plant: Planted, counsel: User) -> None:
    """Everything people can write down about an interview, each with a secret."""
    workspace, store, bea = office.workspace, office.store, office.team.bea
    (segment,) = (s.id for s in store.transcript(recording).segments)  # type: ignore[union-attr]
    correct_words(store, counsel, recording, segment, [4], text="Americans,", speaker=Speaker.INTERVIEWEE)
    heard = store.transcript(recording)
    assert heard is not None
    check_recording(store, store.recording(recording), heard, current_checklist(workspace))
    office.read_and_keep(recording)
    comment(store, bea, recording, segment, 500, plant("comment"))
    name = flag_by_hand(workspace, store, bea, recording, segment, "identity.person", plant("why it is a name"), "4")
    decide_and_redact(
        workspace, store, bea, name.id, Choice.REDACT, plant("reason"), plant("note"), RedactionKind.TONE, "4"
    )
    claim = flag_by_hand(workspace, store, bea, recording, segment, INNOCENCE_CLAIM, plant("why it is a claim"), "1-2")
    state_claim(store, bea, claim.id, ClaimStatus.CORROBORATED, plant("source of the claim"))
    decide_and_redact(workspace, store, bea, claim.id, Choice.KEEP, plant("why the claim stays"), plant("its note"))


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file by its path, and every file inside a zip."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        yield name, b"" if path.is_dir() else path.read_bytes()
        if path.is_file() and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                yield from ((f"{name}/{inner}", packed.read(inner)) for inner in packed.namelist())


def test_no_secret_is_in_any_byte_of_a_bundle(left: tuple[Planted, Path, Path]) -> None:
    """In names and contents, in UTF-8 and UTF-16, as it lies here and as its recipient opens it."""
    plant, folder, opened = left
    assert len(plant.words) >= 30
    found = [
        (place, name)
        for where in (folder, opened)
        for name, content in contents(where)
        for place, word in plant.words.items()
        for wanted in (word, word.lower(), word.upper())
        if wanted in name or any(wanted.encode(code) in content for code in ("utf-8", "utf-16-le", "utf-16-be"))
    ]
    assert not found


def test_the_secrets_were_where_they_were_planted(left: tuple[Planted, Path, Path], tmp_path: Path) -> None:
    """Otherwise nothing was shown: each stands in the source or in the workspace."""
    plant, folder, _ = left
    root = folder.parents[2]
    inside = b"".join(
        path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file() and folder not in path.parents
    )
    names = "\n".join(str(path) for path in root.rglob("*"))
    gone = [place for place, word in plant.words.items() if word.encode() not in inside and word not in names]
    assert not gone
