"""Forty files that somebody might hand over, most of them broken or meant to do harm; each made where it is needed."""

import os
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline.ffmpeg import file_url, run

TONE = ("-f", "lavfi", "-i", "sine=f=300:d=1:r=48000")
FILM = ("-f", "lavfi", "-i", "testsrc=s=128x72:r=25:d=1", *TONE)
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac")

TAKEN, REFUSED, EITHER = "taken in", "refused", "either"

Make = Callable[[Path], None]


def encoded(*argv: str) -> Make:
    return lambda path: _encode(path, *argv)


def _encode(path: Path, *argv: str) -> None:
    run(["-v", "error", "-y", *argv, file_url(path)])


def text(said: str) -> Make:
    def make(path: Path) -> None:
        path.write_text(said)

    return make


def changed(change: Callable[[bytes], bytes], *argv: str, suffix: str = ".mp4") -> Make:
    """A whole film, then spoiled."""

    def make(path: Path) -> None:
        whole = path.with_name(f".whole-{path.stem[:8]}{suffix}")
        _encode(whole, *(argv or (*FILM, *X264)))
        path.write_bytes(change(whole.read_bytes()))
        whole.unlink()

    return make


def flipped(share: float) -> Callable[[bytes], bytes]:
    """One bit in every `1 / share` bytes of the second half."""

    def change(data: bytes) -> bytes:
        spoiled = bytearray(data)
        for at in range(len(data) // 2, len(data), int(1 / share)):
            spoiled[at] ^= 0x10
        return bytes(spoiled)

    return change


def jpeg_bomb(path: Path) -> None:
    """A picture of 60000x60000 that says so and holds nothing, with sound, as an AVI."""
    _encode(path, "-f", "lavfi", "-i", "color=s=64x64:r=1:d=1", *TONE, "-c:v", "mjpeg", "-c:a", "pcm_s16le")
    data = path.read_bytes().replace(struct.pack("<II", 64, 64), struct.pack("<II", 60_000, 60_000))
    at = data.index(b"\xff\xc0")
    path.write_bytes(data[: at + 5] + struct.pack(">HH", 60_000, 60_000) + data[at + 9 :])


def lying_wav(path: Path) -> None:
    """A header of two gigabytes before a second of sound."""
    _encode(path, *TONE, "-c:a", "pcm_s16le")
    data = bytearray(path.read_bytes())
    data[4:8] = struct.pack("<I", 2**31)
    path.write_bytes(data)


def pieces(path: Path) -> None:
    """A recorder that was switched off and on: the picture's frames come when they like."""
    _encode(path, "-f", "lavfi", "-i", "testsrc=s=128x72:r=25:d=1", *TONE, "-vf", "select='not(mod(n,3))+lt(n,8)'",
            "-fps_mode", "vfr", *X264)  # fmt: skip


def turned(path: Path) -> None:
    plain = path.with_name(".plain.mp4")
    _encode(plain, *FILM, *X264)
    _encode(path, "-display_rotation", "-90", "-i", file_url(plain), "-c", "copy")
    plain.unlink()


def pipe(path: Path) -> None:
    os.mkfifo(path)


HLS = "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{secret}\n#EXTINF:9,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n"
DASH = '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT9S">\
<Period><AdaptationSet mimeType="audio/mp4"><Representation id="1" bandwidth="1"><BaseURL>file://{secret}</BaseURL>\
</Representation></AdaptationSet></Period></MPD>'
SDP = "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n"

ODD_NAMES = {
    "-y.mp4": TAKEN, "concat:a.mp4|b.mp4": TAKEN, "%d it's [v];movie=x.mp4": TAKEN, "a\nb.mp4": TAKEN,
    "دەنگ ☠ \u202e4pm.mp4": TAKEN, os.fsdecode(b"no utf-8 \xff.mp4"): TAKEN, "n" * 200 + ".mp4": TAKEN,
}  # fmt: skip


def corpus(secret: Path) -> Iterator[tuple[str, str, Make]]:
    """Name, what should become of it, and how it is made; `secret` is a recording that texts point at."""
    point = {"secret": str(secret)}
    yield "zero.mp4", REFUSED, text("")
    yield "words.mp4", REFUSED, text("I am no film.\n" * 99)
    yield "half.mp4", REFUSED, changed(lambda d: d[: len(d) // 2])
    long = ("-f", "lavfi", "-i", "testsrc=s=128x72:r=25:d=9", "-f", "lavfi", "-i", "sine=d=9:r=48000", *X264)
    yield "half-index-first.mp4", REFUSED, changed(lambda d: d[: len(d) * 6 // 10], *long, "-movflags", "faststart")
    yield "nearly-whole.mp4", REFUSED, changed(lambda d: d[:-4000], *long, "-movflags", "faststart")
    yield "half.mkv", REFUSED, changed(lambda d: d[: len(d) // 3], *long, suffix=".mkv")
    yield "half.wav", REFUSED, changed(lambda d: d[: len(d) // 2], *TONE, suffix=".wav")
    yield "bits.mp4", EITHER, changed(flipped(0.01))
    yield "bits.mkv", EITHER, changed(flipped(0.001), *FILM, *X264, suffix=".mkv")
    yield "bits.mp3", EITHER, changed(flipped(0.002), *TONE, "-c:a", "libmp3lame", suffix=".mp3")
    yield "zeros-inside.mp4", EITHER, changed(lambda d: d[:2000] + bytes(len(d) - 4000) + d[-2000:])
    yield "sound-only.mp4", TAKEN, encoded(*TONE, "-c:a", "aac")
    yield "sound-only.mp3", TAKEN, encoded(*TONE, "-c:a", "libmp3lame")
    yield "sound-only.opus", TAKEN, encoded(*TONE, "-c:a", "libopus")
    yield "picture-only.mp4", REFUSED, encoded(*FILM[:4], *X264[:6])
    yield "uneven-frames.mp4", TAKEN, pieces
    yield "turned.mp4", TAKEN, turned
    yield "odd-size.mkv", TAKEN, encoded(*FILM, "-vf", "crop=127:71", "-c:v", "ffv1", "-c:a", "flac")
    yield "interlaced.mpg", TAKEN, encoded(*FILM, "-c:v", "mpeg2video", "-flags", "+ilme+ildct", "-c:a", "mp2")
    yield "ten-bit.mp4", TAKEN, encoded(*FILM, *X264[:4], "-pix_fmt", "yuv420p10le", "-c:a", "aac")
    yield "hdr.mp4", TAKEN, encoded(*FILM, *X264[:4], "-pix_fmt", "yuv420p10le", "-color_primaries", "bt2020",
                                    "-color_trc", "smpte2084", "-colorspace", "bt2020nc", "-c:a", "aac")  # fmt: skip
    yield "six-channels.mp4", TAKEN, encoded(*FILM, *X264, "-ac", "6")
    yield "two-microphones.wav", TAKEN, encoded("-f", "lavfi", "-i", "aevalsrc=sin(440*2*PI*t)|0:d=1:s=48000")
    yield "many-tracks.mkv", TAKEN, encoded(*FILM, "-map", "0:v", *(["-map", "1:a"] * 9), *X264)
    yield "still.mp4", TAKEN, encoded("-f", "lavfi", "-i", "color=s=64x64:r=1:d=1", *TONE, *X264)
    yield "film.txt", TAKEN, changed(lambda d: d)
    yield "sound.mp4", TAKEN, changed(lambda d: d, *TONE, suffix=".wav")
    yield "hls.mp4", REFUSED, text(HLS.format(**point))
    yield "concat.mp4", REFUSED, text(f"ffconcat version 1.0\nfile '{secret}'\n")
    yield "dash.mp4", REFUSED, text(DASH.format(**point))
    yield "sdp.mp4", REFUSED, text(SDP)
    yield "subtitles.mp4", REFUSED, text("1\n00:00:00,000 --> 00:00:09,000\nWords.\n")
    yield "screen.mp4", REFUSED, encoded(*FILM[:4], "-c:v", "gif", "-f", "gif")
    yield "large-picture.avi", REFUSED, jpeg_bomb
    yield "lying.wav", REFUSED, lying_wav
    yield "pipe.mp4", REFUSED, pipe
    for name, fate in ODD_NAMES.items():
        yield name, fate, encoded(*TONE, "-metadata", f"title={len(name)}", "-c:a", "aac", "-f", "mp4")
