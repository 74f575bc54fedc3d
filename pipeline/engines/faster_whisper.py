"""The fast engine: Whisper on CTranslate2."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.engines.engine import Heard, Weights, heard_from, require_language
from pipeline.engines.loops import Piece, decode_without_loops, most_tokens
from pipeline.sound import Samples

NAME = "faster-whisper"

FIXED: Mapping[str, Any] = {
    "temperature": (0.0,),  # no random sampling: the same sound gives the same words
    "condition_on_previous_text": False,  # a loop or an error must not infect the next window
    "no_speech_threshold": None,  # no window is skipped: speech nobody wrote is speech nobody reviewed
    "vad_filter": False,  # it and batching lose quiet speech (`speech.md`)
}

TRIES: Sequence[Mapping[str, Any]] = (
    {"beam_size": 5},
    {"beam_size": 1},
    {"beam_size": 5, "repetition_penalty": 1.1},
)
"""The second and third are for windows that loop."""


class FasterWhisper:
    """Whisper on CTranslate2: int8 on a CPU with one thread, float16 on a GPU."""

    name = NAME

    def __init__(self, weights: Weights) -> None:
        import ctranslate2
        from faster_whisper import WhisperModel

        gpu = ctranslate2.get_cuda_device_count() > 0
        self.model = weights.name
        # one thread and no busy waiting: two threads in one busy process cost up to 6 times the CPU
        self._whisper = WhisperModel(
            str(weights.folder),
            device="cuda" if gpu else "cpu",
            compute_type="float16" if gpu else "int8",
            cpu_threads=1,
            num_workers=1,
            local_files_only=True,
        )

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
                        language,
                    ),
                )
                for segment in segments
            ]

        return decode_without_loops(decode, samples, len(TRIES))

    def detect_language(self, samples: Samples) -> tuple[str, float]:
        """See `Engine.detect_language`."""
        if not self._whisper.model.is_multilingual:
            return "en", 1.0
        language, probability, _ = self._whisper.detect_language(samples)
        return str(language), float(probability)


def load(weights: Weights) -> FasterWhisper:
    """The engine, its weights in memory."""
    return FasterWhisper(weights)
