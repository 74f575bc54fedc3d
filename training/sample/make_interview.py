"""Makes pipeline/sample/interview.mp4 and script.json. Run as README.md of this folder says."""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path
from typing import Final

import imageio_ffmpeg
import numpy as np
import soundfile
from film import FRAME_RATE, Film
from speech import RATE, Sound, make_sound, script

SAMPLE: Final = Path(__file__).resolve().parents[2] / "pipeline" / "sample"

METADATA: Final = """;FFMETADATA1
title=Interview with the friend of Daniel Brooks
artist=Interview team North
comment=Recorded at the safe house, second floor
location=+48.2082+016.3738/
location-eng=+48.2082+016.3738/
creation_time=2026-03-14T09:26:53Z
[CHAPTER]
TIMEBASE=1/1000
START=0
END=41000
title=Promises and the prisoners
[CHAPTER]
TIMEBASE=1/1000
START=41000
END=81000
title=Daniel Brooks, his recruiter
"""
"""Planted: a title and a chapter with the private name, a place. Nothing of it may reach a clip."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--still", type=float, nargs="*", help="only draw the frames at these seconds")
    parser.add_argument("--sound", type=Path, help="keep the speech here and use it again")
    parser.add_argument("--out", type=Path, default=SAMPLE)
    opts = parser.parse_args()
    sound = _sound(opts.sound)
    film = Film(sound.voices, len(sound.stereo) * FRAME_RATE // RATE)
    opts.out.mkdir(parents=True, exist_ok=True)
    if opts.still is not None:
        for second in opts.still:
            film.image(round(second * FRAME_RATE)).save(opts.out / f"still-{second:05.1f}.png")
        return
    text = json.dumps(script(sound), indent=1, ensure_ascii=False)
    (opts.out / "script.json").write_text(text + "\n", "utf-8")
    _encode(sound, film, opts.out / "interview.mp4")


def _sound(kept: Path | None) -> Sound:
    if kept is None:
        return make_sound()
    if kept.exists():
        with np.load(kept, allow_pickle=False) as saved:
            turns = json.loads(str(saved["turns"]))
            return Sound(saved["stereo"], {k: saved[k] for k in ("interviewer", "interviewee")}, turns)
    sound = make_sound()
    np.savez(kept, stereo=sound.stereo, turns=json.dumps(sound.turns), **sound.voices)
    return sound


def _encode(sound: Sound, film: Film, out: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        wav, facts = Path(folder) / "sound.wav", Path(folder) / "facts.txt"
        soundfile.write(wav, sound.stereo, RATE, subtype="PCM_16")
        facts.write_text(METADATA, "utf-8")
        argv = [
            imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-v", "error", "-y",
            "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{film.width}x{film.height}",
            "-r", str(FRAME_RATE), "-i", "pipe:0", "-i", str(wav), "-i", str(facts),
            "-map", "0:v", "-map", "1:a", "-map_metadata", "2", "-map_chapters", "2",
            "-c:v", "libx264", "-preset", "slow", "-tune", "animation", "-crf", "25", "-g", "250",
            "-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p",
            "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709",
            "-c:a", "aac", "-b:a", "72k", "-movflags", "+faststart+use_metadata_tags", str(out),
        ]  # fmt: skip
        with subprocess.Popen(argv, stdin=subprocess.PIPE) as process:  # noqa: S603
            if process.stdin is None:
                raise SystemExit("ffmpeg takes no frames")
            for frame in range(film.frames):
                process.stdin.write(film.image(frame).tobytes())
            process.stdin.close()
        if process.returncode != 0:
            raise SystemExit("ffmpeg failed")


if __name__ == "__main__":
    main()
