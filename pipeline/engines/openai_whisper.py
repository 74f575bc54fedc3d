"""The reference engine: OpenAI's own Whisper on PyTorch."""

import contextlib
import json
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.engines.conversion import write_openai
from pipeline.engines.engine import Heard, Weights, heard_from, require_language
from pipeline.engines.loops import Piece, decode_without_loops, most_tokens
from pipeline.sound import Samples

NAME = "openai-whisper"
WINDOW_SAMPLES = 480_000

FIXED: Mapping[str, Any] = {
    "temperature": 0.0,  # no random sampling: the same sound gives the same words
    "condition_on_previous_text": False,  # a loop or an error must not infect the next window
    "no_speech_threshold": None,  # no window is skipped: speech nobody wrote is speech nobody reviewed
}

TRIES: Sequence[Mapping[str, Any]] = ({"beam_size": 5}, {"beam_size": None}, {"beam_size": 2})
"""The second and third are for windows that loop."""


class OpenaiWhisper:
    """OpenAI's Whisper: float32 on a CPU with one thread, float16 on a GPU."""

    name = NAME
    at_once = 1

    def __init__(self, weights: Weights) -> None:
        import torch
        import whisper

        torch.set_num_threads(1)
        self.model = weights.name
        device = "cuda" if torch.cuda.is_available() else "cpu"
        self._half = device == "cuda"
        with _checkpoint(weights) as path:
            self._whisper = whisper.load_model(str(path), device=device)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # it never closes its vocabulary file
            whisper.tokenizer.get_tokenizer(self._whisper.is_multilingual, num_languages=self._whisper.num_languages)
        heads = torch.zeros(self._whisper.dims.n_text_layer, self._whisper.dims.n_text_head, dtype=torch.bool)
        for layer, head in _alignment_heads(weights.folder):
            heads[layer, head] = True
        if heads.any():  # openai-whisper knows them for names only; without them all upper layers vote
            self._whisper.register_buffer("alignment_heads", heads.to_sparse().to(device), persistent=False)

    def transcribe(self, samples: Samples, language: str, *, translate: bool = False) -> tuple[Heard, ...]:
        """See `Engine.transcribe`. Raises PipelineError when the model does not know the language."""
        import whisper
        from whisper.tokenizer import LANGUAGES

        known = list(LANGUAGES) if self._whisper.is_multilingual else ["en"]
        require_language(language, known, self.model, translate=translate)

        def decode(part: Samples, number: int) -> list[Piece]:
            found = whisper.transcribe(
                self._whisper,
                part,
                language=language,
                task="translate" if translate else "transcribe",
                word_timestamps=not translate,
                fp16=self._half,
                sample_len=most_tokens(part, number),
                **FIXED,
                **TRIES[number],
            )
            return [_piece(segment, language) for segment in found["segments"] if segment["text"].strip()]

        return decode_without_loops(decode, samples, len(TRIES))

    def detect_language(self, samples: Samples) -> tuple[str, float]:
        """See `Engine.detect_language`."""
        import whisper

        if not self._whisper.is_multilingual:
            return "en", 1.0
        sound = whisper.pad_or_trim(samples, WINDOW_SAMPLES)
        mel = whisper.log_mel_spectrogram(sound, self._whisper.dims.n_mels).to(self._whisper.device)
        _, chances = self._whisper.detect_language(mel)
        language = max(chances, key=lambda code: float(chances[code]))
        return str(language), float(chances[language])


def load(weights: Weights) -> OpenaiWhisper:
    """The engine, its weights in memory."""
    return OpenaiWhisper(weights)


def _piece(segment: dict[str, Any], language: str) -> Piece:
    words = [(w["word"], w["start"], w["end"], w["probability"]) for w in segment.get("words", ())]
    return Piece(
        segment["seek"] * 10,
        heard_from(segment["text"], (segment["start"], segment["end"]), words, language),
    )


@contextlib.contextmanager
def _checkpoint(weights: Weights) -> Iterator[Path]:
    """`openai.pt`, or one made for now where a folder only holds the CTranslate2 form."""
    if (weights.folder / "openai.pt").is_file():
        yield weights.folder / "openai.pt"
        return
    with tempfile.TemporaryDirectory() as folder:
        write_openai(weights.folder / "model.bin", Path(folder) / "openai.pt")
        yield Path(folder) / "openai.pt"


def _alignment_heads(folder: Path) -> list[tuple[int, int]]:
    settings = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return [(layer, head) for layer, head in settings.get("alignment_heads") or ()]
