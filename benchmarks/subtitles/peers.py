"""Runs in an environment of its own: cues of stable-ts and WhisperX for Whisper results on stdin.

    python -m venv PEERS && PEERS/bin/pip install --no-deps stable-ts whisperx srt

Prints a JSON list: for each result, peer name to its cues as `[start_ms, end_ms, text]`. The parts
they share with Whisper are borrowed from the folder given as argument; what they need only for
listening (torchaudio, alignment weights) is not needed to make cues from words.
"""

import copy
import json
import sys
import tempfile
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

Cues = list[tuple[int, int, str]]


def stable_ts(result: dict[str, Any]) -> Cues:
    """As it comes: its own regrouping, one cue a segment."""
    import stable_whisper

    return _stable_cues(stable_whisper.WhisperResult(result, force_order=True).regroup())


def stable_ts_tuned(result: dict[str, Any]) -> Cues:
    """The best of its recipes for two lines of 42: split at signs, gaps, length and time, then two lines."""
    import stable_whisper

    made = stable_whisper.WhisperResult(result, force_order=True)
    made.split_by_punctuation([(".", " "), "。", "?", "？", (",", " "), "，"]).split_by_gap(0.5)
    made.merge_by_gap(0.3, max_chars=80).split_by_length(max_chars=80).split_by_duration(7)
    made.split_by_length(max_chars=40, newline=True)
    return _stable_cues(made)


def _stable_cues(made: Any) -> Cues:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out.srt"
        made.to_srt_vtt(str(path), word_level=False, segment_level=True)
        return _read(path)


def whisperx(result: dict[str, Any]) -> Cues:
    """Its subtitles processor, with splitting at conjunctions and commas."""
    from whisperx.SubtitlesProcessor import SubtitlesProcessor

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out.srt"
        SubtitlesProcessor(result["segments"], result["language"]).save(str(path))
        return _read(path)


def _read(path: Path) -> Cues:
    import srt

    cues = srt.parse(path.read_text(encoding="utf-8"))
    return [(round(c.start.total_seconds() * 1000), round(c.end.total_seconds() * 1000), c.content) for c in cues]


PEERS: dict[str, Callable[[dict[str, Any]], Cues]] = {
    "stable-ts": stable_ts,
    "stable-ts, tuned": stable_ts_tuned,
    "WhisperX": whisperx,
}


if __name__ == "__main__":
    sys.path.append(sys.argv[1])
    sys.modules.setdefault("torchaudio", types.ModuleType("torchaudio"))
    results = json.load(sys.stdin)
    answers = [{name: peer(copy.deepcopy(result)) for name, peer in PEERS.items()} for result in results]
    json.dump(answers, sys.stdout)
