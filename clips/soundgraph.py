"""The clip's sound → argv: redacted before anything else is done to it (pure).

Two runs. The first takes each passage from its recording, replaces what is redacted on every channel,
puts the passages and the cards' silence one after another into a lossless file, and measures its
loudness. The second brings that file to the target and lays the tone over what is silent by then:
after the normalising, so that a quiet voice does not make a loud bleep. All renditions share the result.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg

from clips.loudness import MEASURE, OVERSAMPLED, Levelling
from clips.profiles import DECLICK_MS, SAMPLE_RATE, RenderProfile
from clips.redaction import TONE_HZ, Hidden, gate
from clips.sources import SourceFacts
from pipeline.domain import Framing, Passage, PictureStream, RedactionKind, Span
from pipeline.ffmpeg import SAFE_INPUT, file_url, from_start

Stream = Any
"""ffmpeg-python has no types."""

TAIL_MS = 2000
"""Read beyond the passage, so that the last frames and the resampler's delay come out."""

STEREO = {"sample_fmts": "flt", "sample_rates": SAMPLE_RATE, "channel_layouts": "stereo"}

BLOCK = 48
"""One millisecond: ffmpeg switches `enable` per block, and a codec's own block would leak up to 80 ms
of speech at each edge (`render.md`)."""


MONO_TO_STEREO = 1.4142
"""The resampler takes 3 dB off one channel that becomes two; this gives them back."""


@dataclass(frozen=True, slots=True)
class Take:
    """A passage and where ffmpeg finds it."""

    passage: Passage
    path: Path
    sound: int
    """Index of the stream in the file."""
    picture: PictureStream | None
    """None: nothing is shown of it."""
    entry_ms: int
    """Recording time at which ffmpeg starts to read: a frame that can be decoded without earlier ones."""
    facts: SourceFacts
    hidden: tuple[Hidden, ...] = ()
    """What is removed from its sound."""
    rooms: tuple[tuple[str, Span], ...] = ()
    """Redaction id → the quiet stretch of the recording that is laid over it."""
    moves: Path | None = None
    """Commands that move the covers of its picture; None when none moves."""
    framing: Framing | None = None
    """What shapes that lose the sides of the picture show of it; None: what is around its middle."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Frames to samples, without drift however long the clip is."""

    frame_rate: Fraction
    opening: int
    """Frames of the cards before the speech."""
    total: int
    """Frames of the whole clip."""

    def samples(self, frame: int) -> int:
        return round(frame * SAMPLE_RATE / self.frame_rate)


def source_options(take: Take, position: int) -> dict[str, str | int]:
    """Input options of a recording; recording time is counted from the container's start by `-ss`.

    The queue size only keeps two takes of one recording apart: ffmpeg-python merges equal inputs.
    """
    options: dict[str, str | int] = dict(zip([o.lstrip("-") for o in SAFE_INPUT[::2]], SAFE_INPUT[1::2], strict=True))
    options["thread_queue_size"] = 16 + position
    options["t"] = f"{(take.passage.span.end_ms - take.entry_ms + TAIL_MS) / 1000:.3f}"
    if take.entry_ms:
        options["ss"] = f"{take.entry_ms / 1000:.3f}"
    return options


def since_entry(take: Take) -> str:
    """Times counted from the take's entry, which lies at 0 in what the filters see."""
    return from_start(take.facts.start_us + take.entry_ms * 1000)


def sound_argv(takes: Sequence[Take], clock: Clock, out: Path) -> list[str]:
    """First run: redacted, joined, measured. Write to `out` (float WAV); loudness goes to the log."""
    parts = [_passage(take, position, clock) for position, take in enumerate(takes)]
    joined = ffmpeg.concat(*parts, v=0, a=1) if len(parts) > 1 else parts[0]
    before, total = clock.samples(clock.opening), clock.samples(clock.total)
    if before:
        joined = joined.filter("adelay", delays=f"{before}S", all=1)
    joined = joined.filter("apad", whole_len=total).filter("atrim", end_sample=total)
    return _measured_wav(joined, out)


def samples_argv(out: Path) -> list[str]:
    """Float samples from standard input, as the first run would leave them."""
    given = ffmpeg.input("pipe:0", format="f32le", ar=SAMPLE_RATE, ac=2).audio
    return _measured_wav(given, out)


def silence_argv(clock: Clock, out: Path) -> list[str]:
    """A clip's length of silence, as the second run would leave it."""
    silent = ffmpeg.input(f"anullsrc=r={SAMPLE_RATE}:cl=stereo", format="lavfi").audio
    return _measured_wav(silent.filter("atrim", end_sample=clock.samples(clock.total)), out)


def finish_argv(
    takes: Sequence[Take], clock: Clock, levelling: Levelling, profile: RenderProfile, source: Path, out: Path
) -> list[str]:
    """Second run: the target loudness, then the tone where sound was replaced by it; measured again."""
    total = clock.samples(clock.total)
    sound = ffmpeg.input(file_url(source)).audio.filter("volume", f"{levelling.gain_db:.2f}dB")
    if levelling.is_limited:
        limit = 10 ** (profile.true_peak / 20)
        sound = sound.filter("aresample", OVERSAMPLED)
        sound = sound.filter("alimiter", limit=f"{limit:.4f}", attack=5, release=50, level="false", latency="true")
    sound = sound.filter("aresample", SAMPLE_RATE).filter("aformat", **STEREO)
    if spans := tone_spans(takes, clock):
        tone = ffmpeg.input(
            f"sine=frequency={TONE_HZ}:sample_rate={SAMPLE_RATE}:duration={total / SAMPLE_RATE + 0.1:.6f}",
            format="lavfi",
        ).audio
        tone = tone.filter("aformat", **STEREO).filter("volume", MONO_TO_STEREO)
        tone = tone.filter("asetnsamples", n=BLOCK, p=0)
        tone = tone.filter("volume", 0, enable=f"not({gate(spans)})")
        sound = ffmpeg.filter([sound, tone], "amix", inputs=2, duration="first", normalize=0)
    return _measured_wav(sound.filter("apad", whole_len=total).filter("atrim", end_sample=total), out)


def tone_spans(takes: Sequence[Take], clock: Clock) -> list[tuple[int, int]]:
    """Where the tone sounds, in samples of the clip, on whole milliseconds."""
    spans = []
    for take in takes:
        start = clock.samples(take.passage.first_frame)
        for hidden in take.hidden:
            if hidden.kind is RedactionKind.TONE:
                spans.append(((start + hidden.first) // BLOCK * BLOCK, (start + hidden.last) // BLOCK * BLOCK))
    return spans


def _measured_wav(sound: Stream, out: Path) -> list[str]:
    """Write float samples, and leave their loudness in the log."""
    measured = sound.filter("ebur128", **MEASURE).filter("aformat", **STEREO)
    options = {"format": "wav", "acodec": "pcm_f32le", "rf64": "auto", "fflags": "+bitexact"}
    return [
        "-v",
        "info",
        "-nostats",
        "-y",
        "-copyts",
        *ffmpeg.get_args(ffmpeg.output(measured, file_url(out), **options)),
    ]


def _passage(take: Take, position: int, clock: Clock) -> Stream:
    """Exactly the passage's samples in stereo, redacted; nothing from beyond its span."""
    source = ffmpeg.input(file_url(take.path), **source_options(take, position))
    sound = source[str(take.sound)].filter("asetpts", since_entry(take))
    # late or gappy sound keeps its time, as recognition heard it
    sound = sound.filter("aresample", SAMPLE_RATE, **{"async": 1, "first_pts": 0}).filter("aformat", **STEREO)
    fills = [(h, span) for h in take.hidden for redaction, span in take.rooms if redaction == h.redaction]
    branches = sound.filter_multi_output("asplit", 1 + len(fills)) if fills else [sound]
    length = take.passage.span.duration_ms
    wanted = clock.samples(take.passage.first_frame + take.passage.frames) - clock.samples(take.passage.first_frame)
    voice = _cut(branches[0], take.passage.span.start_ms - take.entry_ms, min(length * BLOCK, wanted), wanted)
    voice = _declicked(voice, min(length * BLOCK, wanted))
    if take.hidden:
        voice = voice.filter("asetnsamples", n=BLOCK, p=0).filter(
            "volume", 0, enable=gate([(h.first, h.last) for h in take.hidden])
        )
    filled = [_room(branches[number], take, hidden, room, wanted) for number, (hidden, room) in enumerate(fills, 1)]
    if filled:
        voice = ffmpeg.filter([voice, *filled], "amix", inputs=1 + len(filled), duration="first", normalize=0)
    return voice.filter("asetnsamples", n=1024, p=0)


def _cut(sound: Stream, start_ms: int, samples: int, padded_to: int) -> Stream:
    first = start_ms * BLOCK
    return (
        sound.filter("atrim", start_sample=first, end_sample=first + samples)
        .filter("asetpts", "PTS-STARTPTS")
        .filter("apad", whole_len=padded_to)
    )


def _declicked(sound: Stream, samples: int) -> Stream:
    length = DECLICK_MS * BLOCK
    return sound.filter("afade", type="in", start_sample=0, nb_samples=length).filter(
        "afade", type="out", start_sample=max(0, samples - length), nb_samples=length
    )


def _room(sound: Stream, take: Take, hidden: Hidden, room: Span, wanted: int) -> Stream:
    """The quiet stretch, forwards and backwards in turn so that it has no seam, for as long as needed."""
    size = room.duration_ms * BLOCK
    piece = _cut(sound, room.start_ms - take.entry_ms, size, size).filter_multi_output("asplit")
    both = ffmpeg.concat(piece[0], piece[1].filter("areverse"), v=0, a=1)
    filled = hidden.last - hidden.first
    return (
        both.filter("aloop", loop=-1, size=2 * size)
        .filter("atrim", end_sample=filled)
        .filter("adelay", delays=f"{hidden.first}S", all=1)
        .filter("apad", whole_len=wanted)
    )
