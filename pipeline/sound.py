"""Reading the 16 kHz WAV that ingest makes, a stretch at a time, in bounded memory."""

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.domain import Span
from pipeline.errors import MediaError

Samples = NDArray[np.float32]


def sound_duration_ms(path: Path) -> int:
    with wave.open(str(path), "rb") as sound:
        return sound.getnframes() * 1000 // sound.getframerate()


def read_sound(path: Path, span: Span | None = None) -> Samples:
    """Samples (float32, -1..1, mono) of a stretch, or of the whole; shorter at the end of the file.

    Raises MediaError when the file is not mono 16-bit PCM.
    """
    try:
        with wave.open(str(path), "rb") as sound:
            if (sound.getnchannels(), sound.getsampwidth()) != (1, 2):
                raise MediaError(f"{path.name} is not mono 16-bit sound", "ingest the recording again")
            rate, total = sound.getframerate(), sound.getnframes()
            first, last = (0, total) if span is None else (span.start_ms * rate // 1000, span.end_ms * rate // 1000)
            sound.setpos(min(first, total))
            raw = sound.readframes(max(0, min(last, total) - min(first, total)))
    except (OSError, wave.Error, EOFError) as error:
        raise MediaError(f"cannot read {path.name}: {error}", "ingest the recording again") from None
    return np.frombuffer(raw, dtype="<i2").astype(np.float32) / np.float32(32768)
