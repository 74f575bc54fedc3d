"""Every reader of files that people hand over, and spoiled files for it: broken ones of each kind, and mere noise."""

import hashlib
import io
import json
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import SimpleNamespace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clips.paper import parse_paper
from clips.verifier import FORMAT, NotABundleError
from clips.verifier import verify as verify_bundle
from pipeline.canonical import from_json, to_text
from pipeline.domain import Aspect, Card, CutPlan, Kept, Picture, Span
from pipeline.errors import PipelineError
from pipeline.jobs import figures
from pipeline.jobs.paper import found_entries
from pipeline.settings import Settings, read_settings, settings_text
from pipeline.times import parse_time
from review import checklist, checkpoints
from review.checklist_file import read_entries
from review.lexicon import read_lexicon
from subtitles.formats import read_subtitles
from subtitles.handover import Line
from subtitles.sheet import read_csv, read_xlsx, write_xlsx
from subtitles.transcripts import read_transcript

EXPECTED = (PipelineError, NotABundleError)
"""What a reader may raise: a sentence for whoever handed the file over."""

TRANSCRIPT = b"""{"version":1,"language":"en","duration_ms":3000,"engine":"e","model":"m","segments":[
{"id":"s1","speaker":"interviewee","start_ms":0,"end_ms":1500,"text":"I left.","translation":null,"words":[
{"text":"I","start_ms":0,"end_ms":500,"probability":0.9},{"text":"left.","start_ms":500,"end_ms":1500,"probability":1}]},
{"id":"s2","speaker":null,"text":"Why?"}]}"""
WHISPER = b"""{"text":" A b","language":"en","segments":[{"id":0,"start":0.0,"end":1.5,"text":" A b","words":[
{"word":" A","start":0.0,"end":0.5,"probability":0.9},{"word":" b","start":0.5,"end":1.5,"probability":0.9}]}]}"""
SRT = b"""1\r\n00:00:00,000 --> 00:00:01,500\r\nInterviewer: <i>Why?</i>\r\n\r\n2\r
00:00:02,000 --> 00:00:03,000\r\n- I left.\r\n"""
VTT = b"""WEBVTT\n\nSTYLE\n::cue{}\n\nNOTE x\n\n1\n00:00.000 --> 00:01.500 line:0 align:start\n<v Ana>Why?

00:02.000 --> 00:03.000\nI left.\n"""
CHECKLIST = b"""- id: own.item
  title: A title
  look_for: Did he?
  why: Because.
  action: review
  severity: high
  found_by: [words]
  acts:
    - do: [kill, beat]
      to: [him, her]
  phrases: ["we (took|had) ... [the] house", "oath*"]
  not_when: ["never"]
  must_fire: ["We took the house."]
  must_not_fire: ["They left."]
"""
CUT_PLAN = CutPlan(
    "p-1", 1, "One", (Kept("r-1", Span(0, 1000)),), (), (Aspect.WIDE,), ("en",), Fraction(25), Picture.SOURCE,
    Card("One", "", 2000), None, "standard", "u-1", (), "ab" * 16,
)  # fmt: skip
MANIFEST = json.dumps({
    "format": FORMAT, "files": [{"path": "a.mp4", "sha256": "aa", "size_bytes": 3}], "clips": [{"files": []}],
    "deliveries": [{"file": "a.mp4"}], "ledger": {"checkpoint": "", "public_key": ""}, "signatures": [],
}).encode()  # fmt: skip
WORDS = """{ } [ ] " : , --> null true -1 1e999 NaN 99999999999999999999 <v {\\an8} &#0; !!python/object:x &a *a <<: | #
> = ' ; r-1 0:00-1:00 - ?"""
TOKENS = [
    *WORDS.encode().split(), b"\\ud800", b"\n",
    b"\r\n", b"\r", b"\t", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xd8\xa7",
    b"\xe2\x80\xae", b'"""', b"[" * 2000, b'{"a":' * 500, b"- " * 500,
]  # fmt: skip
"""What means something in one of the formats."""


@dataclass(frozen=True)
class Reader:
    """One reader, whole files for it, and how it is called with the bytes of one."""

    seeds: tuple[bytes, ...]
    read: Callable[[bytes, Path], object]


def _file(name: str, read: Callable[[Path], object]) -> Callable[[bytes, Path], object]:
    def call(data: bytes, folder: Path) -> object:
        path = folder / name
        path.write_bytes(data)
        return read(path)

    return call


def _items(path: Path) -> object:
    return [checklist._item(entry) for entry in read_entries(path)[0]]


def _plan(data: bytes, _: Path) -> object:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return from_json(CutPlan, value)


def _reach(data: bytes, _: Path) -> object:
    return [figures._reach(number, line, "o-1", "u-1", "2026-11-22") for number, line in figures._lines(data)]


LINES = tuple(Line(n, 0, 1000, "I left.", "", "", 20) for n in (1, 2))


def _sheet(data: bytes, _: Path) -> object:
    return read_csv(data.decode(errors="replace"), LINES, "sheet.csv")


@cache
def _book() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(write_xlsx(LINES))) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


SHEET = "xl/worksheets/sheet1.xml"


def _workbook(data: bytes, _: Path) -> object:
    """The sheet in a workbook that is otherwise whole; as bytes of a file it would seldom be unpacked at all."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, content in (_book() | {SHEET: data}).items():
            packed.writestr(name, content)
    return read_xlsx(out.getvalue(), LINES, "sheet.xlsx")


def _packed(data: bytes, _: Path) -> object:
    return read_xlsx(data, LINES, "sheet.xlsx")


def _hits(data: bytes, _: Path) -> object:
    return found_entries(SimpleNamespace(recording=lambda name: SimpleNamespace(id=name)),  # type: ignore[arg-type]
                         data.decode(errors="replace").splitlines())  # fmt: skip


PRIVATE_KEY = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"fuzz").digest())
PUBLIC_LINE = checkpoints._public_line(PRIVATE_KEY.public_key())


def _note() -> bytes:
    body = f"{checkpoints.ORIGIN}\n7\n{checkpoints._base64(bytes(32))}\n"
    signature = checkpoints._key_id(PRIVATE_KEY.public_key()) + PRIVATE_KEY.sign(body.encode())
    return f"{body}\n— {checkpoints.KEY_NAME} {checkpoints._base64(signature)}\n".encode()


def _checkpoint(data: bytes, _: Path) -> object:
    """The note, and the line with the key."""
    text, _, line = data.decode(errors="replace").rpartition("\n")
    return checkpoints.read_checkpoint(text, line)


READERS = {
    "transcript JSON": Reader((TRANSCRIPT, WHISPER), _file("t.json", read_transcript)),
    "transcript SRT": Reader((SRT,), _file("t.srt", read_transcript)),
    "transcript VTT": Reader((VTT,), _file("t.vtt", read_transcript)),
    "transcript text": Reader((b"Interviewer: Why?\nInterviewee: I left.\n",), _file("t.txt", read_transcript)),
    "subtitles": Reader((SRT, VTT), _file("s.srt", read_subtitles)),
    "checklist": Reader((CHECKLIST,), _file("c.yaml", _items)),
    "settings": Reader((settings_text(Settings()).encode(),), _file("counterclip.toml", read_settings)),
    "manifest": Reader((MANIFEST,), _file("manifest.json", lambda path: verify_bundle(path.parent))),
    "plan": Reader((to_text(CUT_PLAN).encode(),), _plan),
    "paper edit": Reader((b"# One\n> a remark\nr-1a2b3c4d5e 0:00-1:00\n\n# Two\nr-1a2b3c4d5e s3\n",),
                         lambda data, _: parse_paper(data.decode(errors="replace"))),
    "case lexicon": Reader((b"person: Ana Brooks, \xd8\xa7\nplace: Upton\n# no\n",), _file("names.txt", read_lexicon)),
    "figures": Reader((b"publication,day,views\no-1,2026-11-22,7\n", b"url;day;views\nx;2026-11-22;7\n"), _reach),
    "workbook": Reader((_book()[SHEET],), _workbook),
    "workbook's bytes": Reader((write_xlsx(LINES),), _packed),
    "found passages": Reader((b'{"recording":"r-1","span":{"start_ms":0,"end_ms":900},"said":"I left."}\n',), _hits),
    "checkpoint": Reader((_note() + PUBLIC_LINE.encode(),), _checkpoint),
    "sheet": Reader((b"number,source,translation\n1,I left.,\"'=a\"\n2,,b\n",), _sheet),
    "time": Reader((b"1:02:03.5", b"0:42"), lambda data, _: parse_time(data.decode(errors="replace"))),
}  # fmt: skip


def spoiled(chance: random.Random, seeds: tuple[bytes, ...]) -> bytes:
    """A whole file with some of its bytes changed, moved, repeated or gone; now and then mere noise."""
    if chance.random() < 0.05:
        return chance.randbytes(chance.randrange(60))
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        at = chance.randrange(len(data) + 1)
        end = min(len(data), at + chance.choice((0, 1, 2, 5, 20, 200)))
        match chance.randrange(5):
            case 0:
                data[at:end] = chance.choice(TOKENS)
            case 1:
                data[at:at] = data[at:end] * chance.choice((1, 2, 30))
            case 2:
                del data[at:end]
            case 3 if at < len(data):
                data[at] ^= 1 << chance.randrange(8)
            case _:
                there = chance.randrange(len(data) + 1)
                data[at:end], data[there:there] = b"", data[at:end]
    return bytes(data)
