"""The finished file as a container: streams, tags, leftovers, forbidden texts in its bytes."""

import mmap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import av

from clips.expected import Expected, is_same_word, kept_terms, normalised_words, redacted_terms
from clips.profiles import SAMPLE_RATE
from pipeline.domain import Check, Cue
from pipeline.errors import MediaError
from pipeline.ffmpeg import open_media
from subtitles.sdh import without_labels

ALLOWED_TAGS = frozenset({"major_brand", "minor_version", "compatible_brands", "handler_name", "language", "vendor_id"})
ALLOWED_VALUES = frozenset({"und", "VideoHandler", "SoundHandler", "[0][0][0][0]"})

SHORTEST_CANARY = 6
"""Letters. Shorter texts turn up by chance: six given bytes once in 10 million files of 30 MB."""

AAC_FRAME = 1024
PRIMING_FRAMES = 3
"""Frames of 1024 samples that an AAC file holds beyond its playing time: the encoder's start and end."""

X264_MARK = b"x264 - core"


def check_file(path: Path, expected: Expected) -> tuple[Check, ...]:
    """Everything that can be said without decoding.

    Raises MediaError when it is no media file at all.
    """
    try:
        with open_media(path) as container:
            streams = _check_streams(container, expected)
            tags = check_tags(container)
        counts = count_packets(path, ignore_edits=False), count_packets(path, ignore_edits=True)
    except av.error.FFmpegError as error:
        raise MediaError(f"the rendered file cannot be opened: {error.strerror}", "render it again") from None
    return (streams, tags, _check_counts(*counts, expected), _check_bytes(path, expected), check_start(path))


def check_cues(expected: Expected) -> Check:
    """No cue in the picture or beside it shows a removed word or one that differs from it by a letter.

    None stands on a card.
    """
    terms, kept = redacted_terms(expected), kept_terms(expected)
    first = expected.plan.clip_ms(expected.clock.opening)
    last = max(t.passage.clip_end_ms for t in expected.takes)
    cues = (*expected.cues, *(cue for cue in expected.beside if cue not in expected.cues))
    labelled = expected.plan.sdh is not None
    leaks = sum(1 for cue in cues if any(_names(word, terms, kept) for word in _cue_words(cue, labelled=labelled)))
    outside = sum(1 for c in cues if c.clip_start_ms < first or c.clip_end_ms > last)
    detail = f"{len(cues)} cues, {leaks} with a removed word, {outside} outside {first}-{last} ms"
    return Check("cues", leaks == 0 and outside == 0, detail)


def _names(word: str, terms: frozenset[str], kept: frozenset[str]) -> bool:
    return word not in kept and any(is_same_word(word, term) for term in terms)


def source_texts(path: Path) -> tuple[str, ...]:
    """What a recording's own tags say: none of it may be found in a clip."""
    with open_media(path) as container:
        tags = [container.metadata, *(s.metadata for s in container.streams)]
    # in Matroska the same keys are written in capitals
    texts = {value.strip() for group in tags for key, value in group.items() if key.lower() not in ALLOWED_TAGS}
    return tuple(sorted(text for text in texts if len(text) >= SHORTEST_CANARY))


def _cue_words(cue: Cue, *, labelled: bool) -> tuple[str, ...]:
    """What is said in a cue; `SPEAKER:` before it is not."""
    text = " ".join(cue.lines)
    return normalised_words(without_labels(text) if labelled else text)


def _check_streams(container: "av.container.InputContainer", expected: Expected) -> Check:
    kinds = [s.type for s in container.streams]
    if sorted(kinds) != ["audio", "video"]:
        return Check("streams", False, f"one picture and one sound expected, found {', '.join(kinds)}")
    picture, sound = container.streams.video[0], container.streams.audio[0]
    found = {
        "picture": (picture.codec_context.name, picture.codec_context.pix_fmt, picture.width, picture.height),
        "rate": picture.average_rate,
        "sound": (sound.codec_context.name, sound.codec_context.sample_rate, sound.codec_context.channels),
    }
    wanted = {
        "picture": ("h264", "yuv420p", expected.shape.width, expected.shape.height),
        "rate": expected.clock.frame_rate,
        "sound": ("aac", SAMPLE_RATE, 2),
    }
    wrong = [f"{key} is {found[key]}, not {wanted[key]}" for key in wanted if found[key] != wanted[key]]
    detail = "; ".join(wrong) or f"h264 yuv420p {expected.shape.width}x{expected.shape.height}, aac 48000 Hz stereo"
    return Check("streams", not wrong, detail)


def check_tags(container: "av.container.InputContainer") -> Check:
    """No tags but those that every file of ours has, no chapters."""
    groups = [container.metadata, *(s.metadata for s in container.streams)]
    names = sorted({k for group in groups for k in group} - ALLOWED_TAGS)
    values = [
        v for s in container.streams for k, v in s.metadata.items() if k in ALLOWED_TAGS and v not in ALLOWED_VALUES
    ]
    chapters = len(container.chapters())
    if names or values or chapters:
        return Check("tags", False, f"tags {', '.join(names) or 'changed'}, {chapters} chapters: none allowed")
    return Check("tags", True, "no tags, no chapters")


@dataclass(frozen=True, slots=True)
class Counts:
    """What a file's packets hold."""

    frames: int
    samples: int


def count_packets(path: Path, *, ignore_edits: bool) -> Counts:
    """Frames and samples in the packets; with the edit list ignored also what players do not show."""
    frames = packets = 0
    with open_media(path, ignore_editlist="1" if ignore_edits else "0") as container:
        for packet in container.demux():
            if not packet.size or (not ignore_edits and packet.is_discard):
                continue
            frames += packet.stream.type == "video"
            packets += packet.stream.type == "audio"
    return Counts(frames, packets * AAC_FRAME)


def _check_counts(shown: Counts, stored: Counts, expected: Expected) -> Check:
    """As many frames as planned, and none that only an edit list hides."""
    wanted, samples = expected.clock.total, expected.clock.samples(expected.clock.total)
    spare = stored.samples - samples
    right = shown.frames == stored.frames == wanted and 0 <= spare <= PRIMING_FRAMES * AAC_FRAME
    detail = (
        f"{stored.frames} frames stored, {shown.frames} shown, {wanted} planned;"
        f" {spare} samples beyond {samples} (0 to {PRIMING_FRAMES * AAC_FRAME} allowed)"
    )
    return Check("length", right, detail)


def _check_bytes(path: Path, expected: Expected) -> Check:
    """No forbidden text in any byte, in UTF-8 or UTF-16; the encoder's signature neither."""
    texts = [t for t in {*redacted_terms(expected), *expected.canaries} if len(t) >= SHORTEST_CANARY]
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        found = sum(1 for text in texts if _holds(content, _spellings(text)))
        signed = content.find(X264_MARK) >= 0
    detail = f"{found} of {len(texts)} forbidden texts found, encoder's signature {'' if signed else 'not '}found"
    return Check("bytes", found == 0 and not signed, detail)


def _spellings(text: str) -> Iterator[bytes]:
    for form in dict.fromkeys((text, text.lower(), text.upper(), text.capitalize())):
        yield from (form.encode(), form.encode("utf-16-le"), form.encode("utf-16-be"))


def _holds(content: mmap.mmap, spellings: Iterable[bytes]) -> bool:
    return any(content.find(spelling) >= 0 for spelling in spellings)


def check_start(path: Path) -> Check:
    """Playable while it loads: the index stands before the pictures. No box that we do not know."""
    boxes = _boxes(path)
    right = list(boxes) == sorted(boxes, key=_ORDER.index) if set(boxes) <= set(_ORDER) else False
    return Check("container", right and "moov" in boxes, f"boxes {' '.join(boxes)}, expected {' '.join(_ORDER)}")


_ORDER = ("ftyp", "moov", "free", "mdat")


def _boxes(path: Path) -> Sequence[str]:
    """Names of the file's outermost boxes, in order."""
    names, place, size = [], 0, path.stat().st_size
    with path.open("rb") as stream:
        while place + 8 <= size:
            stream.seek(place)
            head = stream.read(16)
            length = int.from_bytes(head[:4], "big")
            length = int.from_bytes(head[8:16], "big") if length == 1 else length or size - place
            names.append(head[4:8].decode("latin-1"))
            place += max(length, 8)
    return names
