"""Plan → the argv of the one ffmpeg call that makes all shapes of a clip (pure).

Each passage is decoded once: constant frame rate from the span's first moment on, boxes, then one
branch per shape. Cards and passages are joined, subtitles drawn over the whole on the clip's clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import ffmpeg

from clips.covers import boxed
from clips.framing import crop_left_expression
from clips.geometry import Shape, place, upright_size
from clips.labels import Drawn
from clips.looks import card_look
from clips.profiles import DIP_MS, SAMPLE_RATE, RenderProfile
from clips.soundgraph import TAIL_MS, Clock, Stream, Take, source_options
from pipeline.domain import PictureStream, Redaction
from pipeline.ffmpeg import file_url, from_start

CLEAN = {
    "map_metadata": "-1", "map_metadata:s": "-1", "map_chapters": "-1", "sn": None, "dn": None,
    "write_tmcd": "0", "fflags": "+bitexact", "flags:v": "+bitexact", "flags:a": "+bitexact",
    "metadata:s:v": "encoder=", "a53cc": "0", "bsf:v": "filter_units=remove_types=6",
}  # fmt: skip
"""Nothing of the source but picture and sound, nothing of the encoder (`render.md`, leaks)."""

HDR_WHITE = 100
"""Candela per square metre that become white: what a plain screen shows as such (ITU-R BT.2408)."""

BT709 = {"color_primaries": "bt709", "color_trc": "bt709", "colorspace": "bt709", "color_range": "tv"}


@dataclass(frozen=True, slots=True)
class Target:
    """One rendition to be made: its files all lie in the job's folder under names without meaning."""

    shape: Shape
    out: Path
    subtitles: Path | None
    """ASS file to burn in."""
    opening: Path | None
    closing: Path | None
    background: Path | None
    """One drawn frame for passages without picture."""
    bars: tuple[tuple[Path, Drawn], ...] = ()
    """Lower thirds without their text, and where and when they stand."""
    notes: tuple[tuple[Path, int], ...] = ()
    """Cards between the opening card and the speech, and how many frames each has."""


def picture_argv(
    takes: Sequence[Take],
    redactions: Sequence[Redaction],
    clock: Clock,
    targets: Sequence[Target],
    sound: Path,
    profile: RenderProfile,
    fonts: Path,
) -> list[str]:
    """All targets from one decode. `sound` is the finished sound of the whole clip."""
    shown = [_shown(take, number, redactions, clock, len(targets)) for number, take in enumerate(takes)]
    waves = _wave_sources(takes, clock, sound, len(targets))
    outputs = []
    for number, target in enumerate(targets):
        parts = _card(target.opening, clock.opening - sum(frames for _, frames in target.notes), number)
        for path, frames in target.notes:
            parts += _card(path, frames, number)
        for position, take in enumerate(takes):
            if take.picture:
                part = _fitted(shown[position][number], take, take.picture, target.shape, clock)
            else:
                part = _wave_picture(waves[position, number], take, clock, target, position * len(targets) + number)
            parts.append(_dipped(part, take, clock))
        spoken = clock.opening + sum(take.passage.frames for take in takes)
        parts += _card(target.closing, clock.total - spoken, number)
        outputs.append(_output(_joined(parts, target, clock, fonts), sound, clock, target, profile))
    return ["-v", "error", "-y", "-copyts", *ffmpeg.get_args(ffmpeg.merge_outputs(*outputs))]


def _shown(take: Take, position: int, redactions: Sequence[Redaction], clock: Clock, copies: int) -> list[Stream]:
    """The passage's frames, boxed, once per target; nothing when its picture is not shown.

    Time is shifted so that the span starts at 0 before the frame rate is made constant: the frame
    that is on screen at the span's start is the first one, also when it began before.
    """
    if take.picture is None:
        return []
    source = ffmpeg.input(file_url(take.path), **source_options(take, position))[str(take.picture.index)]
    if take.facts.is_interlaced:
        source = source.filter("bwdif", mode="send_frame", deint="interlaced")
    start = take.facts.start_us + take.passage.span.start_ms * 1000 - _early_us(take.picture, clock)
    picture = (
        source.filter("setpts", from_start(start))
        # a still may be all there is to read: it stays on screen
        .filter("tpad", stop_mode="clone", stop_duration=f"{take.passage.span.duration_ms + TAIL_MS}ms")
        .filter("fps", fps=str(clock.frame_rate), start_time=0)
        .filter("trim", end_frame=take.passage.frames)
        .filter("sidedata", mode="delete")
    )
    picture = boxed(_plain(picture, take), take, position, redactions, clock.frame_rate)
    if copies == 1:
        return [picture]
    branches = picture.filter_multi_output("split", copies)
    return [branches[number] for number in range(copies)]


def _early_us(picture: PictureStream, clock: Clock) -> int:
    """Of several frames for one of ours ffmpeg takes the last; by so much it is too early for the nearest."""
    if picture.frame_rate <= clock.frame_rate:
        return 0
    return round(500_000 * (1 / clock.frame_rate - 1 / picture.frame_rate))


def _plain(picture: Stream, take: Take) -> Stream:
    """8 bits, 4:2:0; brightness beyond a plain screen's is brought into its range."""
    if take.facts.is_hdr:
        picture = picture.filter("zscale", t="linear", npl=HDR_WHITE).filter("format", "gbrpf32le")
        picture = picture.filter("zscale", p="bt709").filter("tonemap", "hable", desat=0)
        picture = picture.filter("zscale", t="bt709", m="bt709", r="tv")
    return picture.filter("format", "yuv420p")


def _fitted(picture: Stream, take: Take, stream: PictureStream, shape: Shape, clock: Clock) -> Stream:
    placement = place(stream, shape)
    crop, target = placement.source, placement.target
    if (crop.width, crop.height) != upright_size(stream):
        left = crop_left_expression(take, stream, shape.aspect, clock.frame_rate) if take.framing else crop.x
        picture = picture.filter("crop", w=crop.width, h=crop.height, x=left, y=crop.y)
    picture = picture.filter(
        "scale", target.width, target.height, flags="bicubic",
        in_color_matrix="bt709" if take.facts.is_hdr else take.facts.matrix, out_color_matrix="bt709", out_range="tv",
    )  # fmt: skip
    if (target.width, target.height) != (shape.width, shape.height):
        edge = colour(card_look().background)
        picture = picture.filter("pad", w=shape.width, h=shape.height, x=target.x, y=target.y, color=edge)
    return picture.filter("setsar", 1)


def _wave_sources(takes: Sequence[Take], clock: Clock, sound: Path, copies: int) -> dict[tuple[int, int], Stream]:
    """The redacted sound of each passage that has no picture, once per target."""
    without = [(p, n) for p, take in enumerate(takes) if take.picture is None for n in range(copies)]
    if not without:
        return {}
    source = ffmpeg.input(file_url(sound), thread_queue_size=8).audio
    branches = source.filter_multi_output("asplit", len(without)) if len(without) > 1 else [source]
    found = {}
    for number, (position, copy) in enumerate(without):
        passage = takes[position].passage
        first, last = (clock.samples(f) for f in (passage.first_frame, passage.first_frame + passage.frames))
        cut = branches[number].filter("atrim", start_sample=first, end_sample=last)
        found[position, copy] = cut.filter("asetpts", "PTS-STARTPTS")
    return found


def _wave_picture(sound: Stream, take: Take, clock: Clock, target: Target, number: int) -> Stream:
    """The drawn background with the voice as a wave: what is seen tells nothing that is not heard."""
    width, height = target.shape.width * 3 // 4 // 2 * 2, target.shape.height // 5 // 2 * 2
    wave = sound.filter(
        "showwaves", s=f"{width}x{height}", mode="cline", rate=str(clock.frame_rate),
        colors=colour(card_look().accent), scale="sqrt", draw="full",
    )  # fmt: skip
    background = (
        ffmpeg.input(file_url(_required(target.background)), thread_queue_size=64 + number)
        .video.filter("loop", loop=take.passage.frames, size=1)
        .filter("setpts", f"N/({clock.frame_rate}*TB)")
        .filter("fps", fps=str(clock.frame_rate))
        .filter("trim", end_frame=take.passage.frames)
    )
    x, y = (target.shape.width - width) // 2, (target.shape.height - height) // 2
    drawn = ffmpeg.overlay(background, wave, x=x, y=y, eof_action="repeat", format="yuv420")
    # the wave may outlast its background by a few frames, which overlay would show
    return drawn.filter("trim", end_frame=take.passage.frames).filter("format", "yuv420p").filter("setsar", 1)


def _dipped(picture: Stream, take: Take, clock: Clock) -> Stream:
    """A short dip to black where something comes before or after: cuts are seen, never hidden."""
    passage, frames = take.passage, dip_frames(clock.frame_rate, take.passage.frames)
    if passage.first_frame > 0:
        picture = picture.filter("fade", type="in", start_frame=0, nb_frames=frames)
    if passage.first_frame + passage.frames < clock.total:
        picture = picture.filter("fade", type="out", start_frame=passage.frames - frames, nb_frames=frames)
    return picture


def dip_frames(frame_rate: Fraction, frames: int) -> int:
    """Length of a dip in frames; never more than a third of its passage."""
    return max(1, min(round(DIP_MS * frame_rate / 1000), frames // 3))


def _card(path: Path | None, frames: int, number: int) -> list[Stream]:
    """A card's frames; two languages of one shape read the same file, each for itself."""
    if path is None or frames == 0:
        return []
    card = ffmpeg.input(file_url(path), thread_queue_size=8 + number).video
    return [card.filter("trim", end_frame=frames).filter("setsar", 1)]


def _joined(parts: Sequence[Stream], target: Target, clock: Clock, fonts: Path) -> Stream:
    picture = ffmpeg.concat(*parts, v=1, a=0) if len(parts) > 1 else parts[0]
    for path, drawn in target.bars:
        picture = _barred(picture, path, drawn, clock)
    if target.subtitles:
        picture = picture.filter("ass", filename=str(target.subtitles), fontsdir=str(fonts))
    return picture.filter("format", "yuv420p")


def _barred(picture: Stream, path: Path, drawn: Drawn, clock: Clock) -> Stream:
    """With a bar over it while it stands."""
    bar = ffmpeg.input(file_url(path)).video.filter("scale", out_color_matrix="bt709", out_range="tv")
    bar = bar.filter("format", "yuva420p").filter("setpts", f"PTS-STARTPTS+{drawn.first_frame}/({clock.frame_rate}*TB)")
    return ffmpeg.overlay(picture, bar, x=drawn.box.x, y=drawn.box.y, eof_action="pass", format="yuv420")


def _output(picture: Stream, sound: Path, clock: Clock, target: Target, profile: RenderProfile) -> Stream:
    voice = ffmpeg.input(file_url(sound)).audio
    return ffmpeg.output(
        picture, voice, file_url(target.out), format="mp4", vcodec="libx264", preset=profile.preset,
        crf=profile.crf, pix_fmt="yuv420p", g=round(2 * clock.frame_rate), r=str(clock.frame_rate),
        acodec="aac", audio_bitrate=profile.sound_bitrate, ar=SAMPLE_RATE, ac=2,
        movflags="+faststart", **{"frames:v": clock.total}, **CLEAN, **BT709,
    )  # fmt: skip


def colour(rgb: tuple[int, int, int]) -> str:
    return "0x{:02x}{:02x}{:02x}".format(*rgb)


def _required(path: Path | None) -> Path:
    if path is None:
        raise ValueError("a passage without picture needs a drawn background")
    return path
