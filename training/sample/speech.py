"""The sound of the sample interview: two voices in one small room, and the exact script."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, fftconvolve, resample_poly, sosfilt
from turns import ADMISSION_TURN, CLIP_TURN, INTERVIEWEE, INTERVIEWER, NAME, TURNS, WARNING_TURN, Turn
from voices import RATE as VOICE_RATE
from voices import Samples, WordTimes, say

RATE: Final = 48_000
LEAD_MS: Final = 1200
TAIL_MS: Final = 1800
SEED: Final = 20260901


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person sits: voice, pace, level, what each channel gets, how much room is heard."""

    voice: str
    speed: float
    level: float
    """RMS of the speech, full scale = 1."""
    left: float
    right: float
    room: float


PLACES: Final = {
    INTERVIEWEE: Place("jm_kumo", 0.93, 0.085, 0.92, 1.0, 0.55),
    INTERVIEWER: Place("jf_tebukuro", 0.97, 0.055, 1.0, 0.78, 0.95),
}


@dataclass(frozen=True, slots=True)
class Sound:
    stereo: Samples
    """Shape (samples, 2) at 48 kHz."""
    voices: dict[str, Samples]
    """Each speaker's dry voice alone, mono at 48 kHz: it moves the figures in the picture."""
    turns: list[dict[str, Any]]


def make_sound() -> Sound:
    spoken = [_speak(turn) for turn in TURNS]
    pauses = [turn.pause_ms for turn in TURNS]
    total_ms = LEAD_MS + TAIL_MS + sum(pauses) + sum(len(s) * 1000 // RATE + 1 for s, _ in spoken)
    frames = -(-total_ms // 40) * RATE // 25
    voices = {who: np.zeros(frames, np.float32) for who in PLACES}
    turns, at = [], LEAD_MS * RATE // 1000
    for turn, (samples, words), pause in zip(TURNS, spoken, pauses, strict=True):
        voices[turn.speaker][at : at + len(samples)] += samples
        turns.append(_record(turn, words, at / RATE))
        at += len(samples) + pause * RATE // 1000
    return Sound(_mix(voices, frames), voices, turns)


def script(sound: Sound) -> dict[str, Any]:
    """What pipeline/sample/script.json says: the turns, and what the demo has to find."""
    clip, admission = sound.turns[CLIP_TURN], sound.turns[ADMISSION_TURN]
    name = [w for w in clip["words"] if w["text"].strip(".,") in NAME.split()]
    guard = [w for w in admission["words"] if w["end_ms"] <= _sentence_end(admission, 0)]
    return {
        "version": 1,
        "language": "en",
        "duration_ms": len(sound.stereo) * 1000 // RATE,
        "turns": sound.turns,
        "demo": {
            "warning_at_ms": sound.turns[WARNING_TURN]["start_ms"],
            "name": _found(NAME, name, "identity.person", "redact"),
            "admission": _found(TURNS[ADMISSION_TURN].sentences[0][0], guard, "incrimination.violence", "block"),
            "clip": {"turn": CLIP_TURN, "start_ms": clip["start_ms"], "end_ms": clip["end_ms"]},
        },
    }


def _found(text: str, words: list[dict[str, Any]], item: str, action: str) -> dict[str, Any]:
    ends = {"start_ms": words[0]["start_ms"], "end_ms": words[-1]["end_ms"]}
    return {"text": text, "item": item, "action": action, **ends}


def _sentence_end(turn: dict[str, Any], sentence: int) -> int:
    last = len(TURNS[ADMISSION_TURN].sentences[sentence][0].split()) - 1
    return int(turn["words"][last]["end_ms"])


def _record(turn: Turn, words: WordTimes, at: float) -> dict[str, Any]:
    timed = [
        {"text": text, "start_ms": round((at + start) * 1000), "end_ms": round((at + end) * 1000)}
        for text, start, end in words
    ]
    ends = {"start_ms": timed[0]["start_ms"], "end_ms": timed[-1]["end_ms"]}
    return {"speaker": turn.speaker, "text": turn.text, **ends, "words": timed}


def _speak(turn: Turn) -> tuple[Samples, WordTimes]:
    """A turn, sentence by sentence, as mono sound at 48 kHz; times from its start."""
    place = PLACES[turn.speaker]
    parts: list[Samples] = []
    words: WordTimes = []
    at = 0
    for index, (text, pause_ms) in enumerate(turn.sentences):
        # nobody speaks every sentence at one pace
        samples, times = say(text, place.voice, place.speed * (1 + 0.03 * np.sin(1.7 * index + len(text))))
        samples = resample_poly(samples, RATE // VOICE_RATE, 1).astype(np.float32)
        samples *= place.level / np.sqrt(np.mean(samples**2))
        words += [(word, at / RATE + start, at / RATE + end) for word, start, end in times]
        parts += [_faded(samples), np.zeros(pause_ms * RATE // 1000, np.float32)]
        at += len(samples) + pause_ms * RATE // 1000
    return np.concatenate(parts), words


def _faded(samples: Samples) -> Samples:
    edge = RATE // 200
    samples[:edge] *= np.linspace(0, 1, edge, dtype=np.float32)
    samples[-edge:] *= np.linspace(1, 0, edge, dtype=np.float32)
    return samples


def _mix(voices: dict[str, Samples], frames: int) -> Samples:
    """Both voices in both channels, early reflections and a short tail, and the room's own hiss."""
    source = np.random.default_rng(SEED)
    stereo = np.zeros((frames, 2), np.float32)
    for who, place in PLACES.items():
        for channel, gain in enumerate((place.left, place.right)):
            wet = fftconvolve(voices[who], _room(source))[:frames]
            stereo[:, channel] += gain * (voices[who] + place.room * wet)
    shared = _hiss(source, frames)
    for channel in (0, 1):
        stereo[:, channel] += 0.7 * shared + 0.5 * _hiss(source, frames)
    return stereo * np.float32(0.89 / np.abs(stereo).max())


def _room(source: np.random.Generator) -> NDArray[np.float64]:
    """An impulse response without the direct sound: a furnished room, decay 60 dB in 0.32 s."""
    time = np.arange(int(0.3 * RATE)) / RATE
    tail = source.standard_normal(len(time)) * 10 ** (-3 * time / 0.32)
    tail = sosfilt(butter(2, (180, 4200), "bandpass", fs=RATE, output="sos"), tail) * 0.012
    tail[: int(0.006 * RATE)] = 0
    for _ in range(7):
        tail[int(source.uniform(0.004, 0.035) * RATE)] += source.uniform(-0.16, 0.16)
    return np.asarray(tail)


def _hiss(source: np.random.Generator, frames: int) -> NDArray[np.float64]:
    """Air and a far street: -62 dBFS, most of it low."""
    white = source.standard_normal(frames)
    low = sosfilt(butter(1, 220, "lowpass", fs=RATE, output="sos"), white)
    air = sosfilt(butter(1, (300, 5000), "bandpass", fs=RATE, output="sos"), white)
    mixed = 3 * low / np.std(low) + air / np.std(air)
    return np.asarray(mixed / np.std(mixed) * 10 ** (-62 / 20))
