"""The fast engine: Whisper on CTranslate2."""

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.engines.engine import Heard, Weights, heard_from, processors, require_language
from pipeline.engines.loops import Piece, decode_without_loops, most_tokens
from pipeline.sound import Samples

NAME = "faster-whisper"

FIXED: Mapping[str, Any] = {
    "temperature": (0.0,),  # no random sampling: the same sound gives the same words
    "condition_on_previous_text": False,  # a loop or an error must not infect the next window
    "no_speech_threshold": None,  # no window is skipped: speech nobody wrote is speech nobody reviewed
    "vad_filter": False,  # it and batching lose quiet speech (`speech.md`)
}

MOST_AT_ONCE = 4
"""Stretches side by side; each takes some 100 MB."""

TRIES: Sequence[Mapping[str, Any]] = (
    {"beam_size": 5},
    {"beam_size": 1},
    {"beam_size": 5, "repetition_penalty": 1.1},
)
"""The second and third are for windows that loop."""


class _Spoken(threading.local):
    """The languages a thread chooses from, and that of the window it is at."""

    among: Sequence[str] = ()
    now: str = ""


AGAIN: Mapping[str, Any] = {"beam_size": 1, "without_timestamps": True}
"""For a second listening."""


class FasterWhisper:
    """Whisper on CTranslate2: int8 on a CPU with one thread a stretch, float16 on a GPU, or another precision."""

    name = NAME

    def __init__(self, weights: Weights, precision: str = "") -> None:
        import ctranslate2
        from faster_whisper import WhisperModel

        gpu = ctranslate2.get_cuda_device_count() > 0
        self.model = weights.name
        self.at_once = 1 if gpu else min(MOST_AT_ONCE, processors())
        # one thread a stretch and no busy waiting: two threads in one stretch cost up to 6 times the CPU
        self._whisper = WhisperModel(
            str(weights.folder),
            device="cuda" if gpu else "cpu",
            compute_type=precision or ("float16" if gpu else "int8"),
            cpu_threads=1,
            num_workers=self.at_once,
            local_files_only=True,
        )
        self._own = _Spoken()
        self._generate = self._whisper.generate_with_fallback
        self._whisper.generate_with_fallback = self._in_its_language

    def transcribe_mixed(self, samples: Samples, languages: Sequence[str]) -> tuple[Heard, ...]:
        """See `Polyglot.transcribe_mixed`. Raises PipelineError when the model does not know one of them."""
        for language in languages:
            require_language(language, self._whisper.supported_languages, self.model, translate=False)
        self._own.among = languages
        try:
            return self.transcribe(samples, languages[0])
        finally:
            self._own.among, self._own.now = (), ""

    def _in_its_language(self, encoded: Any, prompt: Any, tokenizer: Any, options: Any) -> Any:
        """Decodes a window of 30 s in whichever of the languages in question it most likely is."""
        if self._own.among:
            chances = dict(self._whisper.model.detect_language(encoded)[0])
            self._own.now = max(self._own.among, key=lambda code: chances.get(f"<|{code}|>", 0.0))
            tokenizer.language = tokenizer.tokenizer.token_to_id(f"<|{self._own.now}|>")
            tokenizer.language_code = self._own.now
            prompt = self._whisper.get_prompt(tokenizer, [], without_timestamps=options.without_timestamps)
        return self._generate(encoded, prompt, tokenizer, options)

    def transcribe(self, samples: Samples, language: str, *, translate: bool = False) -> tuple[Heard, ...]:
        """See `Engine.transcribe`. Raises PipelineError when the model does not know the language."""
        require_language(language, self._whisper.supported_languages, self.model, translate=translate)
        task = "translate" if translate else "transcribe"

        def decode(part: Samples, number: int) -> list[Piece]:
            segments, _ = self._whisper.transcribe(
                part,
                language=language,
                task=task,
                word_timestamps=not translate,
                max_new_tokens=most_tokens(part, number),
                **FIXED,
                **TRIES[number],
            )
            return [
                Piece(
                    segment.seek * 10,
                    heard_from(
                        segment.text,
                        (segment.start, segment.end),
                        [(w.word, w.start, w.end, w.probability) for w in segment.words or ()],
                        self._own.now or language,
                    ),
                )
                for segment in segments
            ]

        return decode_without_loops(decode, samples, len(TRIES))

    def hear_again(self, samples: Samples, language: str) -> tuple[Heard, ...]:
        """See `Witness.hear_again`: greedy, and without the marks of time that lead Whisper's first decoding."""
        segments, _ = self._whisper.transcribe(
            samples,
            language=language,
            max_new_tokens=most_tokens(samples, 1),
            **FIXED,
            **AGAIN,
        )
        return tuple(Heard(segment.text.strip(), None, ()) for segment in segments)

    def detect_language(self, samples: Samples) -> tuple[str, float]:
        """See `Engine.detect_language`."""
        if not self._whisper.model.is_multilingual:
            return "en", 1.0
        language, probability, _ = self._whisper.detect_language(samples)
        return str(language), float(probability)


def load(weights: Weights) -> FasterWhisper:
    """The engine, its weights in memory."""
    return FasterWhisper(weights)
