"""Speech whose every word has a known time: synthetic voices, several speeds, five languages, a little noise.

    SAY_PYTHON benchmarks/spoken_words.py OUT [--words 2000]

SAY_PYTHON is the environment of `training/sample/README.md` (Kokoro). For each piece `OUT/NAME.wav` and
`OUT/NAME.json`: its language and the synthesiser's own times of its words. English texts are from the development
corpus, the others stand below. Pieces that are there are not made again.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from itertools import count, cycle
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "training" / "sample"))
from interviews import VOICES, sentences, write  # noqa: E402
from voices import RATE, Samples, say  # noqa: E402

OTHERS = {
    "es": "Salimos de la ciudad antes de que amaneciera. Nadie nos dijo adónde íbamos. Mi hermano llevaba las "
    "maletas y yo los papeles. En la frontera esperamos casi tres horas. Después de dos semanas quise volver a casa. "
    "No era lo que me habían prometido. Había hambre, miedo y muchas mentiras.",
    "fr": "Nous sommes partis avant le lever du jour. Personne ne nous a dit où nous allions. Mon frère portait les "
    "valises et moi les papiers. À la frontière, nous avons attendu presque trois heures. Deux semaines plus tard, je "
    "voulais rentrer chez moi. Ce n'était pas ce qu'on nous avait promis. Il y avait la faim, la peur et le mensonge.",
    "it": "Siamo partiti prima dell'alba. Nessuno ci ha detto dove andavamo. Mio fratello portava le valigie e io i "
    "documenti. Alla frontiera abbiamo aspettato quasi tre ore. Dopo due settimane volevo tornare a casa. "
    "Non era quello che ci avevano promesso. C'erano fame, paura e molte bugie.",
    "pt": "Saímos da cidade antes do amanhecer. Ninguém nos disse para onde íamos. Meu irmão levava as malas e eu os "
    "papéis. Na fronteira esperamos quase três horas. Depois de duas semanas eu queria voltar para casa. "
    "Não era o que nos tinham prometido. Havia fome, medo e muitas mentiras.",
}  # fmt: skip
ESPEAK = {"en": "en-us", "es": "es", "fr": "fr-fr", "it": "it", "pt": "pt-br"}
EACH = 70
"""Words of a piece, about."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--words", type=int, default=2000)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    total = 0
    for n, (language, texts) in zip(count(), pieces(), strict=False):
        if total >= given.words:
            break
        out = given.out / f"words{n:02}.json"
        if not out.is_file():
            make(out, language, texts, VOICES[n % len(VOICES)], np.random.default_rng(n))
        total += len(json.loads(out.read_text(encoding="utf-8"))["words"])
        print(out.stem, language, total, flush=True)


def pieces() -> Iterator[tuple[str, list[str]]]:
    """Three of English to each one of another language, in turn."""
    others = cycle(OTHERS.items())
    lines = (ROOT / "training" / "corpus" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    english = (s for line in lines for turn in json.loads(line)["turns"] for s in sentences(turn["text"]))
    for n in count():
        if n % 4 == 3:
            language, text = next(others)
            yield language, [s.strip() + "." for s in text.split(".") if s.strip()]
            continue
        texts: list[str] = []
        while sum(len(t.split()) for t in texts) < EACH:
            texts.append(next(english))
        yield "en", texts


def make(out: Path, language: str, texts: list[str], voice: str, chance: np.random.Generator) -> None:
    """Sentence after sentence, each with its own speed and the pause after it."""
    parts: list[Samples] = [np.zeros(RATE // 2, np.float32)]
    words: list[tuple[str, float, float]] = []
    for text in texts:
        try:
            sound, times = say(text, voice, chance.uniform(0.85, 1.2), ESPEAK[language])
        except ValueError:
            continue
        at = sum(map(len, parts)) / RATE
        words += [(word, round(at + start, 3), round(at + end, 3)) for word, start, end in times]
        parts += [sound, np.zeros(int(chance.uniform(0.1, 0.9) * RATE), np.float32)]
    spoken = np.concatenate(parts)
    spoken = spoken * (0.07 / np.sqrt(np.mean(spoken**2)))
    noise = 0.07 * 10 ** (-chance.uniform(25, 45) / 20)
    write(out.with_suffix(".wav"), (spoken + chance.normal(0, noise, len(spoken)))[:, None])
    out.write_text(json.dumps({"language": language, "voice": voice, "words": words}, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()
