"""Two-person interviews with known truth: synthetic voices in a room, with noise and people who cut in.

    SAY_PYTHON benchmarks/interviews.py OUT [--count 24]

SAY_PYTHON is the environment of `training/sample/README.md` (Kokoro). For each interview `OUT/NAME.wav` (one
microphone), `OUT/NAME-2.wav` (a microphone for each) and `OUT/NAME.json`: the turns with their true times.
Texts are from the development corpus. Nothing of the product is used, so that it cannot flatter itself.
"""

import argparse
import json
import sys
import wave
from itertools import permutations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "training" / "sample"))
from voices import RATE, say  # noqa: E402

VOICES = (
    "jm_kumo", "jf_alpha", "jf_gongitsune", "jf_nezumi", "jf_tebukuro", "jm_kumo*0.7+jf_alpha*0.3",
    "jm_kumo*0.65+jf_nezumi*0.35", "jf_gongitsune*0.5+jf_tebukuro*0.5", "jm_kumo*0.6+jf_tebukuro*0.4",
    "jf_alpha*0.5+jf_nezumi*0.5",
)  # fmt: skip
LONGEST_S = 22
"""After so much no turn begins any more: synthesis takes longer than speech."""
MOST_SENTENCES = 3
"""Of each turn: people change often, which is harder."""
CUTS_IN = 0.2
"""Share of turns that begin before the one before has ended."""

Samples = NDArray[np.float32]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=24)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    lines = (ROOT / "training" / "corpus" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    interviews = [json.loads(line) for line in lines]
    pairs = list(permutations(VOICES, 2))
    np.random.default_rng(7).shuffle(pairs)
    for n in range(given.count):
        name = f"interview{n:02}"
        if (given.out / f"{name}.json").is_file():
            continue
        make(given.out / name, interviews[n % len(interviews)]["turns"], pairs[n], np.random.default_rng(n))
        print(name, *pairs[n], flush=True)


def make(out: Path, turns: list[dict[str, str]], pair: tuple[str, str], chance: np.random.Generator) -> None:
    """One interview: both its recordings, and then the truth."""
    voice = {"interviewer": pair[0], "interviewee": pair[1]}
    speed = {who: chance.uniform(0.9, 1.12) for who in voice}
    placed, at, last = [], 0.8, 0.0
    for turn in turns:
        if at > LONGEST_S:
            break
        sound, text = spoken(turn["text"], voice[turn["speaker"]], speed[turn["speaker"]])
        if not text:
            continue
        gap = -chance.uniform(0.25, 0.6) if chance.random() < CUTS_IN and placed else chance.uniform(0.15, 0.9)
        start = max(last + gap, 0.3)
        placed.append(({**turn, "text": text}, start, sound))
        at = last = start + len(sound) / RATE
    frames = int((last + 1.2) * RATE)
    alone = {who: np.zeros(frames, np.float32) for who in voice}
    for turn, start, sound in placed:
        first = int(start * RATE)
        alone[turn["speaker"]][first : first + len(sound)] += sound
    one, two = in_room(alone, chance)
    write(out.with_suffix(".wav"), one[:, None])
    write(out.with_name(f"{out.name}-2.wav"), two)
    said = [
        {
            "speaker": t["speaker"],
            "text": t["text"],
            "start": round(s, 3),
            "end": round(s + len(x) / RATE, 3),
        }
        for t, s, x in placed
    ]
    out.with_suffix(".json").write_text(json.dumps({"voices": pair, "turns": said}, indent=1), encoding="utf-8")


def sentences(text: str) -> list[str]:
    marked = text.replace("? ", "?|").replace("! ", "!|").replace(". ", ".|")
    return [part.strip() for part in marked.split("|") if part.strip()][:MOST_SENTENCES]


def spoken(text: str, voice: str, speed: float) -> tuple[Samples, str]:
    """One turn, sentence by sentence, as loud as everyone; a sentence that cannot be said word by word is left out."""
    parts, said = [], []
    for sentence in sentences(text):
        try:
            parts += [say(sentence, voice, speed)[0], np.zeros(RATE // 5, np.float32)]
        except ValueError:
            continue
        said.append(sentence)
    if not said:
        return np.zeros(0, np.float32), ""
    sound = np.concatenate(parts[:-1])
    return np.asarray(sound * (0.07 / np.sqrt(np.mean(sound**2))), np.float32), " ".join(said)


def in_room(alone: dict[str, Samples], chance: np.random.Generator) -> tuple[Samples, Samples]:
    """What one microphone on the table hears, and what a microphone on each of the two hears."""
    reverb, far = chance.uniform(0.15, 0.45), 10 ** (-chance.uniform(9, 16) / 20)
    noise = 0.07 * 10 ** (-chance.uniform(18, 32) / 20)
    asker = alone["interviewer"] * np.float32(10 ** (-chance.uniform(-2, 8) / 20))
    teller = alone["interviewee"]

    def heard(*near: Samples) -> Samples:
        dry = sum(near)
        hiss = chance.normal(0, noise, len(teller)).astype(np.float32)
        return np.asarray(dry + 0.5 * echoed(dry, reverb, chance) + hiss, np.float32)

    two = np.stack([heard(asker, teller * far), heard(teller, asker * far)], axis=1)
    return heard(asker, teller), two


def echoed(sound: Samples, seconds: float, chance: np.random.Generator) -> Samples:
    """The room's answer: noise that fades by 60 dB in so many seconds."""
    length = int(seconds * RATE)
    fading = chance.normal(0, 1, length) * 10 ** (-3 * np.arange(length) / length)
    fading /= np.sqrt(np.sum(fading**2))
    size = 1 << (len(sound) + length).bit_length()
    answer = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(fading, size), size)
    return np.asarray(answer[: len(sound)], np.float32)


def write(path: Path, samples: Samples) -> None:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(samples.shape[1])
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


if __name__ == "__main__":
    main()
