"""Guideline faults of our cues beside those of other writers, on the same words, by the same linter.

    python benchmarks/subtitles [--words FOLDER] [--media FOLDER] [--peers PYTHON] [--no-speed] [--faults]

`--words`: Whisper results with word times. `--media`: recordings that the project transcribes itself
first (kept in --kept, so that a second run is quick). `--peers`: the Python of an environment with
stable-ts and WhisperX (`peers.py` says how). Whisper's own writer is always there.
"""

import argparse
import json
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from floor import fewest_soft_faults
from whisper_writer import WHISPER_WAYS, cue_of, retimed, whisper_cues, whisper_result

from pipeline import ffmpeg
from pipeline.domain import Aspect, Cue, Transcript
from pipeline.errors import PipelineError
from pipeline.transcribe import Engine, load_engine, transcribe_recording
from subtitles.clipwords import ClipWord
from subtitles.cues import make_cues
from subtitles.grammar import ends_sentence, grammar_of
from subtitles.limits import limits_for
from subtitles.measure import text_length
from subtitles.quality import Violation, check_cues
from subtitles.speech import speech_of_cues
from subtitles.transcripts import read_transcript

RATE = Fraction(25)
SHARED = Path(__file__).parents[3] / "shared"
MEDIA = (".wav", ".flac", ".mp3", ".mp4")
SHORTEST_S = 9
"""Shorter recordings hold a sentence or two and say nothing about segmentation."""


@dataclass(frozen=True, slots=True)
class Speech:
    """The words of one recording."""

    name: str
    transcript: Transcript
    words: tuple[ClipWord, ...]


@dataclass(slots=True)
class Score:
    """What the linter found in all recordings together."""

    cues: int = 0
    clean: int = 0
    several_sentences: int = 0
    in_time: int = 0
    violations: Counter[tuple[bool, str]] | None = None

    def add(self, cues: Sequence[Cue], found: Sequence[Violation], speech: Speech) -> None:
        grammar = grammar_of(speech.transcript.language)
        texts = [" ".join(cue.lines).split() for cue in cues]
        self.cues += len(cues)
        self.clean += len(cues) - len({v.cue for v in found})
        self.several_sentences += sum(any(ends_sentence(w, grammar) for w in t[:-1]) for t in texts)
        for cue, sounds in zip(cues, speech_of_cues(cues, speech.words), strict=True):
            self.in_time += sounds is not None and abs(cue.clip_start_ms - sounds[0]) <= 3 * 40 + 1
        self.violations = (self.violations or Counter()) + Counter((v.hard, v.rule) for v in found)

    def share(self, *, hard: bool) -> float:
        return self._per_cent(sum(n for (h, _), n in (self.violations or {}).items() if h is hard))

    def rule(self, name: str) -> float:
        return self._per_cent((self.violations or {}).get((False, name), 0))

    def row(self) -> str:
        figures = (self.share(hard=True), self.share(hard=False), self._per_cent(self.clean))
        sentences = (self.rule("spans_sentence_end"), self._per_cent(self.several_sentences))
        return f"{self.cues:5}" + "".join(f"{f:8.1f}" for f in (*figures, *sentences, self._per_cent(self.in_time)))

    def _per_cent(self, count: int) -> float:
        return 100 * count / max(1, self.cues)


HEADER = " cues    hard    soft clean % spill %  merged% ±3 fr.%"
GOALS = "        <=0.5    <=20            <=2             >=95"


def main() -> None:
    options = _options()
    speeches = [*from_words(options.words), *from_media(options.media, options.kept)]
    if not speeches:
        sys.exit("nothing to measure: give --words or --media")
    minutes = sum(s.transcript.duration_ms for s in speeches) / 60_000
    print(
        f"{len(speeches)} recordings, {minutes:.1f} minutes, {sum(len(s.words) for s in speeches)} words; per 100 cues"
    )
    print(f"{'':26}{HEADER}")
    print(f"{'goal':26}{GOALS}")
    for aspect in Aspect:
        _print_ours(speeches, aspect, faults=options.faults)
    for name, cues in others(speeches, options.peers).items():
        print(f"{name:26}{scored(speeches, lambda s, cues=cues: cues[s.name], Aspect.WIDE).row()}", flush=True)
    if options.speed:
        speed(speeches)


def _print_ours(speeches: Sequence[Speech], aspect: Aspect, *, faults: bool) -> None:
    made = {said.name: ours(said, aspect) for said in speeches}
    whole = scored(speeches, lambda s: made[s.name], aspect)
    print(f"{'counterclip ' + aspect:26}{whole.row()}")
    least = sum(
        fewest_soft_faults(s.words, s.transcript.language, aspect, RATE, s.transcript.duration_ms) for s in speeches
    )
    print(f"{'  no cues have less than':26}{'':13}{100 * least / max(1, whole.cues):8.1f}", flush=True)
    calm = [said for said in speeches if pace(said) <= limits_for(said.transcript.language, aspect).comfortable_speed]
    print(f"{'  in speech up to 17 cps':26}{scored(calm, lambda s: made[s.name], aspect).row()}", flush=True)
    for said in speeches:
        found = check_cues(made[said.name], language=said.transcript.language, aspect=aspect, words=said.words)
        for fault in (v for v in found if v.hard):
            last = ", its last" if fault.cue == len(made[said.name]) else ""
            print(f"    QC exception: {said.name}: {fault}{last}")
    if faults:
        for (hard, rule), count in (whole.violations or Counter()).most_common():
            print(f"    {count:4} {'hard' if hard else 'soft'} {rule}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--words", type=Path, default=SHARED / "words")
    parser.add_argument("--media", type=Path, default=SHARED / "media")
    parser.add_argument("--kept", type=Path, default=Path(tempfile.gettempdir()) / "counterclip-benchmark")
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--speed", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--faults", action="store_true", help="our faults by rule")
    return parser.parse_args()


def from_words(folder: Path) -> list[Speech]:
    if not folder.is_dir():
        print(f"skipped: no words in {folder}")
        return []
    return [speech(path.stem, read_transcript(path)) for path in sorted(folder.glob("*.json"))]


def from_media(folder: Path, kept: Path) -> list[Speech]:
    """Every recording in the folder, transcribed by the project with the base model on one thread."""
    if not folder.is_dir():
        print(f"skipped: no recordings in {folder}")
        return []
    try:
        engine = load_engine("auto", "base")
    except PipelineError as error:
        print(f"skipped: {error.message} ({error.hint})")
        return []
    made = []
    for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in MEDIA):
        try:
            heard = transcribed(engine, path, kept / path.stem)
        except PipelineError as error:
            print(f"skipped: {error.message}")
            continue
        if heard and any(s.words for s in heard.segments):
            made.append(speech(f"own_{path.stem}", heard))
    return made


def transcribed(engine: Engine, path: Path, saved: Path) -> Transcript | None:
    """What the project hears in a recording; None when it is too short to say anything."""
    probe = ffmpeg.probe(path)
    if probe.duration_ms < SHORTEST_S * 1000:
        return None
    with tempfile.TemporaryDirectory() as work:
        sound = Path(work) / "sound.wav"
        ffmpeg.write_speech_sound(path, probe.sound.index, sound)
        return transcribe_recording(engine, sound, language=None, translate=False, chunk_ms=600_000, saved=saved)


def speech(name: str, transcript: Transcript) -> Speech:
    words = tuple(
        ClipWord(w.text, w.span.start_ms, w.span.end_ms, s.speaker, False, None, 0)
        for s in transcript.segments
        for w in s.words
    )
    return Speech(name, transcript, words)


def pace(said: Speech) -> float:
    """Characters a second while words sound: above the comfortable speed no cue of these words can keep to it."""
    letters = sum(text_length(word.text, said.transcript.language) + 1 for word in said.words)
    return 1000 * letters / max(1, sum(word.clip_end_ms - word.clip_start_ms for word in said.words))


def scored(speeches: Sequence[Speech], make: Callable[[Speech], Sequence[Cue]], aspect: Aspect) -> Score:
    score = Score()
    for said in speeches:
        cues = make(said)
        found = check_cues(cues, language=said.transcript.language, aspect=aspect, words=said.words)
        score.add(cues, found, said)
    return score


def ours(said: Speech, aspect: Aspect) -> tuple[Cue, ...]:
    return make_cues(
        said.words,
        language=said.transcript.language,
        aspect=aspect,
        frame_rate=RATE,
        clip_end_ms=said.transcript.duration_ms,
    )


def others(speeches: Sequence[Speech], peers: Path | None) -> dict[str, dict[str, list[Cue]]]:
    """Peer → recording → cues; the best two also with the gaps and durations mended afterwards."""
    results = [whisper_result(said.transcript) for said in speeches]
    names = [said.name for said in speeches]
    found = {
        name: dict(zip(names, (whisper_cues(r, **options) for r in results), strict=True))
        for name, options in WHISPER_WAYS.items()
    }
    if peers is None:
        print("skipped: stable-ts and WhisperX (no --peers)")
    else:
        for name, cues in peer_cues(results, peers).items():
            found[name] = dict(zip(names, cues, strict=True))
    for name in [n for n in ("Whisper 42x2", "WhisperX") if n in found]:
        found[f"{name}, retimed"] = {recording: retimed(cues) for recording, cues in found[name].items()}
    return found


def peer_cues(results: Sequence[dict[str, Any]], python: Path) -> dict[str, list[list[Cue]]]:
    script = Path(__file__).with_name("peers.py")
    ran = subprocess.run(
        [str(python), str(script), sysconfig.get_paths()["purelib"]],
        input=json.dumps(results),
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode != 0:
        print(f"skipped: stable-ts and WhisperX ({ran.stderr.strip().splitlines()[-1]})")
        return {}
    answers = json.loads(ran.stdout[ran.stdout.index("[{") :])
    return {name: [[cue_of(*cue) for cue in answer[name]] for answer in answers] for name in answers[0]}


def speed(speeches: Sequence[Speech]) -> None:
    """CPU seconds for ever longer speech, made of the English recordings one after the other."""
    print("\nlength    words  CPU s  ms/word")
    for minutes in (3, 10, 60, 180):
        words = _long(speeches, minutes * 60_000)
        begun = time.process_time()
        make_cues(words, language="en", aspect=Aspect.WIDE, frame_rate=RATE, clip_end_ms=words[-1].clip_end_ms + 2000)
        took = time.process_time() - begun
        print(f"{minutes:3} min {len(words):8} {took:6.1f} {1000 * took / len(words):8.2f}")


def _long(speeches: Sequence[Speech], until_ms: int) -> tuple[ClipWord, ...]:
    english = [s for s in speeches if s.transcript.language == "en"]
    words: list[ClipWord] = []
    shift = 0
    while shift < until_ms:
        for said in english:
            moved = (
                replace(w, clip_start_ms=w.clip_start_ms + shift, clip_end_ms=w.clip_end_ms + shift) for w in said.words
            )
            words += (w for w in moved if w.clip_end_ms <= until_ms)
            shift += said.transcript.duration_ms
    return tuple(words)


if __name__ == "__main__":
    main()
