"""Subtitle files: what is written is read back, by us and by pysrt and webvtt-py."""

from pathlib import Path

import pysrt
import pytest
import webvtt
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain import Aspect, Cue
from pipeline.errors import PipelineError, TranscriptFormatError
from subtitles.formats import from_pysrt, read_subtitles, to_pysrt, write_srt, write_vtt
from subtitles.srt_reader import read_srt
from subtitles.vtt import read_vtt

TWO = (Cue(0, 1500, ("They came", "at night.")), Cue(1580, 3_661_042, ("We left.",)))

SRT = """1
00:00:00,000 --> 00:00:01,500
They came
at night.

2
00:00:01,580 --> 01:01:01,042
We left.
"""

VTT = """WEBVTT

1
00:00:00.000 --> 00:00:01.500
They came
at night.

2
00:00:01.580 --> 01:01:01.042
We left.
"""


def test_srt_is_written_as_every_player_reads_it() -> None:
    """Numbers, comma before the milliseconds, an empty line between cues."""
    assert write_srt(TWO) == SRT


def test_vtt_is_written_as_the_standard_says() -> None:
    """Header, ids, point before the milliseconds."""
    assert write_vtt(TWO, "en") == VTT


def test_vtt_for_a_tall_picture_places_its_text_above_the_platform_s_buttons() -> None:
    """In 9:16 every cue carries a position."""
    assert " line:70% position:50% size:90% align:center\n" in write_vtt(TWO, "en", Aspect.TALL)


def test_arabic_that_opens_in_latin_gets_its_direction_from_a_mark() -> None:
    """Players take a line's direction from its first strong character."""
    written = write_vtt([Cue(0, 1000, ("Telegram هو المكان",)), Cue(1080, 2000, ("هو المكان",))], "ar")
    assert "\u200fTelegram" in written
    assert "\n\u200fهو" not in written


def test_pysrt_and_webvtt_read_what_we_write() -> None:
    """The libraries that others use see the same times and texts."""
    items = pysrt.from_string(write_srt(TWO))
    assert [(i.start.ordinal, i.end.ordinal, i.text) for i in items] == [
        (0, 1500, "They came\nat night."),
        (1580, 3_661_042, "We left."),
    ]
    captions = webvtt.from_string(write_vtt(TWO, "en"), strict=True).captions
    assert [c.text for c in captions] == ["They came\nat night.", "We left."]


def test_cues_go_through_pysrt_objects_unchanged() -> None:
    """Programs that work with pysrt get and give its objects."""
    assert from_pysrt(to_pysrt(TWO)) == TWO


def test_a_cue_that_ends_before_it_starts_is_not_written() -> None:
    """A broken file is worse than none."""
    for write in (write_srt, lambda cues: write_vtt(cues, "en")):
        with pytest.raises(PipelineError, match="cue 1"):
            write([Cue(1000, 1000, ("now",))])


@pytest.mark.parametrize(
    "text", ["<font size=200>big</font>", "{\\an8}top", "00:00:01,000 --> 00:00:02,000", "-->", "</i>"]
)
def test_speech_that_looks_like_markup_is_inert_in_srt(text) -> None:
    """Players see no tag and no time line, and our reader gives back exactly what was said."""
    cue = Cue(0, 1000, (text,))
    written = write_srt([cue])
    assert not any(sign in written.split("\n", 2)[2] for sign in ("<f", "</i", "{\\", "-->"))
    assert read_srt(written, "x.srt").cues == (cue,)


line_texts = (
    st.text(
        st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="\u2060"), min_size=1, max_size=30
    )
    .map(lambda s: " ".join(filter(None, s.split(" "))))
    .filter(lambda s: s.strip())
)

cue_lists = st.lists(
    st.tuples(st.integers(0, 5000), st.integers(200, 9000), st.lists(line_texts, min_size=1, max_size=3)),
    min_size=1,
    max_size=6,
)


def in_time(parts) -> tuple[Cue, ...]:
    cues, clock = [], 0
    for pause, lasts, lines in parts:
        cues.append(Cue(clock + pause, clock + pause + lasts, tuple(lines)))
        clock += pause + lasts
    return tuple(cues)


@settings(max_examples=200, deadline=None)
@given(cue_lists)
def test_no_text_and_no_millisecond_is_lost_through_srt(parts) -> None:
    """Cues to SRT and back are the same cues, with nothing to repair."""
    read = read_srt(write_srt(in_time(parts)), "x.srt")
    assert (read.cues, read.repairs) == (in_time(parts), ())


@settings(max_examples=200, deadline=None)
@given(cue_lists, st.sampled_from(list(Aspect)))
def test_no_text_and_no_millisecond_is_lost_through_vtt(parts, aspect) -> None:
    """Cues to WebVTT and back are the same cues, with nothing to repair."""
    read = read_vtt(write_vtt(in_time(parts), "en", aspect), "x.vtt")
    assert (read.cues, read.repairs) == (in_time(parts), ())


def srt(tmp_path: Path, text: str | bytes, name: str = "in.srt") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("text", "repairs"),
    [
        ("\ufeff" + SRT, []),
        (SRT.replace("\n", "\r\n"), []),
        (SRT.replace("\n", "\r"), []),
        (SRT.replace("1\n00", "00", 1), [(1, "no number, added")]),
        (SRT.replace("night.\n\n2", "night.\n2"), [(5, "no empty line before this cue, added")]),
        (SRT.replace("They came\n", "They came\n\n"), [(2, "empty line inside the text, removed")]),
        (SRT.replace("They came", "<i>They</i> came{\\an8}"), [(2, "markup removed")]),
        (
            SRT.replace("00:00:01,500", "00:00:01,5"),
            [(2, "milliseconds without three digits, read as a decimal fraction")],
        ),
        (SRT.replace("00:00:01,500", "00:00:01,800"), [(2, "overlapped the next cue, shortened")]),
        (SRT + "\n3\n02:00:00,000 --> 02:00:01,000\n\n", [(11, "cue without text, left out")]),
    ],
)
def test_a_translator_s_file_is_repaired_with_a_note(tmp_path, text, repairs) -> None:
    """Every repair is listed with its line; line ends and a byte order mark are nobody's mistake."""
    read = read_subtitles(srt(tmp_path, text))
    assert [(r.line, r.what) for r in read.repairs] == repairs
    assert [cue.lines for cue in read.cues] == [cue.lines for cue in TWO]
    assert read.cues[0].clip_start_ms == 0
    assert read.cues[0].clip_end_ms in (1500, 1580)


def test_cues_out_of_order_are_sorted(tmp_path) -> None:
    """A file pasted together backwards is put in order."""
    first, second = SRT.split("\n\n")
    read = read_subtitles(srt(tmp_path, f"{second}\n{first}\n"))
    assert [cue.lines for cue in read.cues] == [cue.lines for cue in TWO]
    assert "cues out of order, sorted" in [r.what for r in read.repairs]


@pytest.mark.parametrize(
    ("language", "encoding", "text"),
    [("fr", "cp1252", "Où étaient-ils ?"), ("ru", "cp1251", "Где они были?"), ("ar", "cp1256", "أين كانوا؟")],
)
def test_old_code_pages_are_read_by_the_language_of_the_file(tmp_path, language, encoding, text) -> None:
    """What is not UTF-8 is read as Windows wrote it in that language, with a note."""
    path = srt(tmp_path, f"1\n00:00:00,000 --> 00:00:02,000\n{text}\n".encode(encoding))
    read = read_subtitles(path, language)
    assert read.cues[0].lines == (text,)
    assert [r.line for r in read.repairs] == [3]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (SRT.replace("00:00:01,580", "00:00:01x580"), 7),
        (SRT.replace("00:00:01,580", "-00:00:01,580"), 7),
        (SRT.replace("01:01:01,042", "00:00:01,000"), 7),
        (SRT.replace("01:01:01", "01:61:01"), 7),
        ("Subtitles by nobody\n\n" + SRT, 1),
        ("just a text\n", 1),
        ("", 1),
        (SRT.replace("00:00:01,580", "00:00:00,100"), 7),
        (SRT.replace("They", "Th\0ey"), 3),
    ],
)
def test_what_cannot_be_repaired_is_refused_with_its_line(tmp_path, text, line) -> None:
    """Nothing is guessed and nothing vanishes; the message holds no text of the file."""
    with pytest.raises(TranscriptFormatError, match=f"in.srt, line {line}:") as refusal:
        read_subtitles(srt(tmp_path, text))
    assert "night" not in refusal.value.message


def test_a_missing_file_is_a_plain_error(tmp_path) -> None:
    """A path that leads nowhere."""
    with pytest.raises(TranscriptFormatError, match=r"nowhere\.srt"):
        read_subtitles(tmp_path / "nowhere.srt")


def test_vtt_of_others_is_read_without_its_styling(tmp_path) -> None:
    """Styles, regions, notes, settings, voices and entities: the text and its times remain."""
    text = (
        "WEBVTT - made elsewhere\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nNOTE a comment\n\n"
        "intro\n00:01.000 --> 00:02.500 align:start line:0\n<v Interviewer>Where &amp; <b>when</b>?\n\n"
        "00:03.000 --> 00:04.000\n<00:03.200>Then&nbsp;there.\n"
    )
    read = read_subtitles(srt(tmp_path, text, "in.vtt"))
    assert [(c.clip_start_ms, c.clip_end_ms, c.lines, c.speaker) for c in read.cues] == [
        (1000, 2500, ("Where & when?",), "interviewer"),
        (3000, 4000, ("Then\u00a0there.",), None),
    ]


@pytest.mark.parametrize(
    ("bad", "line"),
    [
        ("00:00:01,000 --> 00:00:02,000", 3),
        ("-00:01.000 --> 00:02.000", 3),
        ("00:02.000 --> 00:01.000", 3),
        ("00:xx --> 1", 3),
    ],
)
def test_a_vtt_cue_that_cannot_be_read_is_refused_not_dropped(tmp_path, bad, line) -> None:
    """Parsers drop such a cue in silence; here it would be speech without a subtitle."""
    text = f"WEBVTT\n\n{bad}\nsaid\n\n00:05.000 --> 00:06.000\nmore\n"
    with pytest.raises(TranscriptFormatError, match=f"line {line}:"):
        read_subtitles(srt(tmp_path, text, "in.vtt"))
