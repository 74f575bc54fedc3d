"""Recording → Transcript: which engine, in which stretches, and nothing done twice."""

import importlib
import importlib.util
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

from pipeline.canonical import document_sha256, file_sha256, from_text, to_text
from pipeline.chunks import quietest_ms, split_at_pauses
from pipeline.domain import Doubt, Segment, Span, Transcript, Word
from pipeline.edges import refine_edges
from pipeline.engines.engine import Engine as Engine
from pipeline.engines.engine import Heard as Heard
from pipeline.engines.engine import Polyglot, Witness
from pipeline.engines.engine import whisper_code as whisper_code
from pipeline.engines.loops import later
from pipeline.errors import PipelineError
from pipeline.forced import ALIGNED, closer
from pipeline.sound import Samples, read_sound, sound_duration_ms
from pipeline.spoken_language import bcp47, likely_language
from pipeline.voice import find_voice
from pipeline.weights import find_weights
from pipeline.witness import listen_again
from pipeline.words import in_order, place, rooms_apart
from pipeline.workspace import write_durably

ENGINES: dict[str, str] = {
    "faster-whisper": "pipeline.engines.faster_whisper",
    "openai-whisper": "pipeline.engines.openai_whisper",
}
"""Engine name → module; each module has `load(weights) -> Engine`. The first is the default."""

PACKAGES = {"faster-whisper": "faster_whisper", "openai-whisper": "whisper"}

SAVED_FORM = 3
"""Raised whenever the same sound would be written down differently: older saved work is redone."""

Noun = TypeVar("Noun")


@dataclass(frozen=True, slots=True)
class Voiced:
    """Saved: where a voice is heard."""

    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Saved: what was heard in one stretch, on the recording's clock; ids come later."""

    span: Span
    segments: tuple[Segment, ...]
    doubts: tuple[Doubt, ...] = ()


def load_engine(name: str, model: str) -> Engine:
    """The engine called `name` (`auto`: the first that is installed) with these weights in memory.

    `model` is a name of the table in `pipeline.weights` or a folder.
    Raises PipelineError when there is no such engine, WeightsError when the weights are missing.
    """
    installed = [n for n in ENGINES if importlib.util.find_spec(PACKAGES[n])]
    if name != "auto" and name not in ENGINES:
        raise PipelineError(f"no engine called {name!r}", f"known: auto, {', '.join(ENGINES)}")
    wanted = installed[0] if name == "auto" and installed else name
    if wanted not in installed:
        raise PipelineError(f"the engine {wanted} is not installed", "install counterclip again")
    engine: Engine = importlib.import_module(ENGINES[wanted]).load(find_weights(model))
    return engine


def transcribe_recording(
    engine: Engine,
    sound: Path,
    *,
    language: str | None,
    translate: bool,
    chunk_ms: int,
    saved: Path,
    progress: Callable[[int, int], None] | None = None,
) -> Transcript:
    """All that is said in a 16 kHz WAV, every word with a time, and where a voice is heard.

    Each stretch of about `chunk_ms` is kept in the folder `saved` as soon as it is done: the same
    call after a crash goes on from there. `progress` is told milliseconds done and in all.
    Without any voice the transcript has no segments. An engine's error is never swallowed.
    """
    duration_ms = sound_duration_ms(sound)
    work = _Work(saved, file_sha256(sound))
    voiced = work.once("voice", {}, Voiced, lambda: Voiced(find_voice(sound))).spans
    if not voiced:
        return Transcript((language or "und").split(",")[0], duration_ms, engine.name, engine.model, (), ())
    spoken = language or likely_language(engine, sound, voiced)
    listeners = _listeners(engine, sound, Span(0, duration_ms), spoken, translate, voiced, chunk_ms)
    segments: list[Segment] = []
    doubts: list[Doubt] = []
    if progress:
        progress(0, duration_ms)
    for stretch in _in_order(listeners, work, engine.at_once):
        segments += stretch.segments
        doubts += stretch.doubts
        if progress:
            progress(stretch.span.end_ms, duration_ms)
    numbered = tuple(replace(s, id=f"s{n}") for n, s in enumerate(segments, 1))
    return Transcript(spoken.split(",")[0], duration_ms, engine.name, engine.model, numbered, voiced, tuple(doubts))


def hear_stretch(
    engine: Engine, sound: Path, span: Span, language: str, known: Transcript, chunk_ms: int, saved: Path
) -> Transcript:
    """What is said in a span of a recording whose transcript is known, on the recording's clock; ids come later."""
    work, wants = _Work(saved, file_sha256(sound)), any(s.translation for s in known.segments)
    voiced = (span,) if known.voiced is None else known.voiced
    listeners = _listeners(engine, sound, span, language, wants, voiced, chunk_ms)
    stretches = list(_in_order(listeners, work, engine.at_once))
    other = None if language == known.language else language
    segments = tuple(replace(s, language=s.language or other) for stretch in stretches for s in stretch.segments)
    return replace(known, segments=segments, doubts=tuple(d for stretch in stretches for d in stretch.doubts))


def _listeners(
    engine: Engine, sound: Path, span: Span, language: str, translate: bool, voiced: tuple[Span, ...], chunk_ms: int
) -> "list[_Listener]":
    """One for each stretch of about `chunk_ms`, which meet where nobody speaks."""

    def quietest(window: Span) -> int:
        return window.start_ms + quietest_ms(read_sound(sound, window))

    chunks = split_at_pauses(span.end_ms, voiced, chunk_ms, quietest, start_ms=span.start_ms)
    return [_Listener(engine, sound, chunk, language, translate, voiced) for chunk in chunks]


class _Work:
    """What is done already, one durable file for each piece."""

    def __init__(self, folder: Path, sound_sha256: str) -> None:
        self.folder = folder
        self.sound_sha256 = sound_sha256
        folder.mkdir(parents=True, exist_ok=True)

    def once(self, what: str, key: dict[str, object], kind: type[Noun], make: Callable[[], Noun]) -> Noun:
        """The saved result for this key, or what `make` gives, saved before it is returned."""
        document = {"form": SAVED_FORM, "sound": self.sound_sha256, "what": what, **key}
        path = self.folder / f"{what}-{document_sha256('recognition', document)[:32]}.json"
        if path.is_file():
            return from_text(kind, path.read_text(encoding="utf-8"))
        made = make()
        write_durably(path, to_text(made).encode())
        return made


def _in_order(listeners: Sequence["_Listener"], work: _Work, at_once: int) -> Iterator[Stretch]:
    """What is heard in each stretch, several of them side by side; one that fails keeps others from beginning."""

    def heard(listener: "_Listener") -> Stretch:
        return work.once("stretch", listener.key, Stretch, listener)

    if at_once == 1:
        yield from map(heard, listeners)
        return
    with ThreadPoolExecutor(at_once) as pool:
        begun: deque[Future[Stretch]] = deque()
        try:
            for listener in listeners:
                begun.append(pool.submit(heard, listener))
                if len(begun) > at_once:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


@dataclass(frozen=True, slots=True)
class _Listener:
    """Recognition of one stretch, put off until it is known not to be done already."""

    engine: Engine
    sound: Path
    span: Span
    language: str
    translate: bool
    voiced: tuple[Span, ...]

    @property
    def key(self) -> dict[str, object]:
        """Everything that decides what is heard."""
        span = [self.span.start_ms, self.span.end_ms]
        asked = {"language": self.language, "translate": self.translate, "span": span}
        return {"engine": self.engine.name, "model": self.engine.model, **asked}

    def __call__(self) -> Stretch:
        samples = read_sound(self.sound, self.span)
        heard = [h for h in self._said(samples) if h.text.strip()]
        code = whisper_code(self.language)
        segments = with_edges(with_times(heard, Span(0, self.span.duration_ms)), samples, code)
        if "," in self.language:
            segments = [replace(s, language=bcp47(h.language)) for s, h in zip(segments, heard, strict=True)]
        doubts = self._doubts(segments, samples)
        if self.translate:
            segments = [self._translated(s, samples) for s in segments]
        return Stretch(self.span, tuple(_later(s, self.span.start_ms) for s in segments), doubts)

    def _said(self, samples: Samples) -> tuple[Heard, ...]:
        codes = [whisper_code(language) for language in self.language.split(",")]
        if len(codes) == 1:
            return self.engine.transcribe(samples, codes[0])
        if not isinstance(self.engine, Polyglot):
            raise PipelineError(f"{self.engine.name} hears one language in a recording", "use --engine faster-whisper")
        return self.engine.transcribe_mixed(samples, codes)

    def _doubts(self, segments: Sequence[Segment], samples: Samples) -> tuple[Doubt, ...]:
        if not isinstance(self.engine, Witness) or "," in self.language:  # a witness hears one language
            return ()
        shared = [v.intersection(self.span) for v in self.voiced]
        start = self.span.start_ms
        voiced = [Span(v.start_ms - start, v.end_ms - start) for v in shared if v]
        found = listen_again(self.engine, samples, segments, voiced, whisper_code(self.language))
        return tuple(replace(d, span=later(d.span, start)) for d in found)

    def _translated(self, segment: Segment, samples: Samples) -> Segment:
        code = whisper_code(segment.language or self.language)
        if segment.span is None or code == "en":
            return segment
        first, last = segment.span.start_ms * 16, segment.span.end_ms * 16
        heard = self.engine.transcribe(samples[first:last], code, translate=True)
        english = " ".join(h.text for h in heard).strip()
        return replace(segment, translation=english or None)


def with_times(heard: Sequence[Heard], span: Span) -> list[Segment]:
    """What an engine heard as segments whose words all have a time, in order, inside `span`."""
    texts = [_placed(h, span) for h in heard]
    rooms = rooms_apart([_extent(h, words, span) for h, words in zip(heard, texts, strict=True)], texts, span)
    segments = []
    for said, words, room in zip(heard, texts, rooms, strict=True):
        timed = in_order(words, room)
        segments.append(_respanned(Segment(id="", text=said.text, span=None), timed))
    return segments


def with_edges(segments: Sequence[Segment], samples: Samples, language: str = "") -> list[Segment]:
    """The same segments, the edges of their words moved to where the sound starts and ends.

    English words are looked for by their sounds besides.
    """
    heard = [w for s in segments for w in s.words]
    edges = refine_edges(heard, samples)
    words = iter(closer(heard, edges, samples) if language == ALIGNED else edges)
    return [_respanned(s, tuple(islice(words, len(s.words)))) for s in segments]


def _later(segment: Segment, by_ms: int) -> Segment:
    return _respanned(segment, tuple(replace(w, span=later(w.span, by_ms)) for w in segment.words))


def _respanned(segment: Segment, words: tuple[Word, ...]) -> Segment:
    return replace(segment, words=words, span=Span(words[0].span.start_ms, words[-1].span.end_ms))


def _placed(heard: Heard, span: Span) -> list[Word]:
    """The words of a segment; those that the engine gave no time lie between their neighbours."""
    texts = heard.text.split()
    if len(heard.words) >= len(texts):  # more: a language without spaces
        return list(heard.words)
    return list(place(texts, heard.words, heard.span or span))


def _extent(heard: Heard, words: Sequence[Word], span: Span) -> Span:
    starts = [words[0].span.start_ms] + ([heard.span.start_ms] if heard.span else [])
    ends = [words[-1].span.end_ms] + ([heard.span.end_ms] if heard.span else [])
    start = min(max(min(starts), span.start_ms), span.end_ms)
    return Span(start, max(start, min(max(ends), span.end_ms)))
