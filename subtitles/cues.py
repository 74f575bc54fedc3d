"""Words to cues: what belongs together is read together, at the pace of the speech."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.domain import Aspect, Cue
from subtitles.breaks import Edge, edges_of
from subtitles.clipwords import ClipWord
from subtitles.clock import Clock, clock
from subtitles.grammar import grammar_of
from subtitles.layout import SOFT, wording
from subtitles.limits import Limits, base_language, limits_for
from subtitles.measure import join_words, joiner, text_length
from subtitles.optimiser import Stretch, Timed, best_cues
from subtitles.quality import reading_speed
from subtitles.relief import compact_where
from subtitles.text import directed

LONG_PAUSE_MS = 2000
"""No cue goes on over a silence of this length."""

DASH = {"en": "-"}
"""Before each of two speakers in one cue: English without a space, most others with one (Netflix)."""


def make_cues(
    words: Sequence[ClipWord],
    *,
    language: str,
    aspect: Aspect,
    frame_rate: Fraction,
    translation: bool = False,
    clip_end_ms: int,
    shot_changes_ms: Sequence[int] = (),
) -> tuple[Cue, ...]:
    """The cues that break the fewest guidelines for these words (`limits`, `quality`).

    Every word appears, in order, in exactly one cue, on whole frames of `frame_rate`, none after
    `clip_end_ms`. Where speech is too fast to be read at ease, the same words are spelled shorter (`25%`);
    what cannot be met even so is met least badly, and `check_cues` lists it. For leaving out
    hesitations besides, give it the words of `relief.without_fillers`.
    """
    limits = limits_for(language, aspect, translation=translation)
    times = clock(limits, frame_rate)
    cuts = np.array(sorted({round(times.frames(ms)) for ms in shot_changes_ms}), np.int64)
    said = _whole_words(words, language)
    cues = _best(said, language, limits, times, clip_end_ms, cuts)
    tight = compact_where(said, _too_fast(cues, language, limits), language)
    return _best(tight, language, limits, times, clip_end_ms, cuts) if tight != tuple(said) else cues


def _best(
    words: Sequence[ClipWord],
    language: str,
    limits: Limits,
    times: Clock,
    clip_end_ms: int,
    cuts: NDArray[np.int64],
) -> tuple[Cue, ...]:
    cues: list[Cue] = []
    stretches = list(_stretches(words))
    for said, after in zip(stretches, [*stretches[1:], None], strict=False):
        end_ms = min(after[0].clip_start_ms - LONG_PAUSE_MS // 2, clip_end_ms) if after else clip_end_ms
        stretch = _stretch(said, language, limits, times, times.last_frame(end_ms), cuts)
        cues += (_cue(said, timed, times, language) for timed in best_cues(stretch, times))
    return tuple(cues)


def _too_fast(cues: Sequence[Cue], language: str, limits: Limits) -> list[tuple[int, int]]:
    """Where no choice of cues leaves enough time to read at ease."""
    limit = limits.comfortable_speed
    return [(cue.clip_start_ms, cue.clip_end_ms) for cue in cues if reading_speed(cue, language) > limit]


def _whole_words(words: Sequence[ClipWord], language: str) -> list[ClipWord]:
    """The words in time order; a sign that stands alone goes with the word before it."""
    whole: list[ClipWord] = []
    for word in words:
        alone = not word.redacted and not any(c.isalnum() for c in word.text)
        if whole and alone and not whole[-1].redacted:
            text = join_words((whole[-1].text, word.text), language)
            whole[-1] = replace(whole[-1], text=text, clip_end_ms=max(whole[-1].clip_end_ms, word.clip_end_ms))
        else:
            whole.append(word)
    return whole


def _stretches(words: Sequence[ClipWord]) -> Iterator[list[ClipWord]]:
    stretch: list[ClipWord] = []
    for word in words:
        if stretch and word.clip_start_ms - stretch[-1].clip_end_ms > LONG_PAUSE_MS:
            yield stretch
            stretch = []
        stretch.append(word)
    if stretch:
        yield stretch


def _stretch(
    words: Sequence[ClipWord],
    language: str,
    limits: Limits,
    times: Clock,
    last_frame: int,
    cuts: NDArray[np.int64],
) -> Stretch:
    edges = edges_of([word.text for word in words], grammar_of(language))
    pauses = [b.clip_start_ms - a.clip_end_ms for a, b in pairwise(words)] + [0]
    jumps = [a.passage != b.passage for a, b in pairwise(words)] + [False]
    return Stretch(
        wording=wording(
            [text_length(word.text, language) for word in words],
            edges,
            [word.speaker for word in words],
            limits,
            joiner=len(joiner(language)),
            dash=len(_dash(language)),
        ),
        starts=np.array([times.frames(word.clip_start_ms) for word in words]),
        ends=np.array([times.frames(word.clip_end_ms) for word in words]),
        end_costs=np.array([_end_cost(e, p) for e, p in zip(edges, pauses, strict=True)]),
        inner_costs=np.array([_inner_cost(p, j) for p, j in zip(pauses, jumps, strict=True)]),
        sentence_ends=np.array([edge.sentence or jump for edge, jump in zip(edges, jumps, strict=True)]),
        last_frame=last_frame,
        cuts=cuts,
    )


def _end_cost(edge: Edge, pause_ms: int) -> float:
    """A cue ends best with a sentence, then with a clause, then where the speaker draws breath."""
    cost = 2 + 1.4 * SOFT * edge.clings + 1.4 * SOFT * edge.splits - min(4, max(0, pause_ms) / 125)
    if edge.sentence:
        return cost - 6
    if edge.clause:
        return cost - 3
    return cost + 3 - 1.5 * edge.opens_clause - edge.opens_phrase


def _inner_cost(pause_ms: int, jump: bool) -> float:
    """A cue runs over a cut in the picture or a silence only when it must."""
    return 1.2 * SOFT * jump + max(0, pause_ms - 500) / 100


def _dash(language: str) -> str:
    return DASH.get(base_language(language), "- ")


def _cue(words: Sequence[ClipWord], timed: Timed, times: Clock, language: str) -> Cue:
    bounds = (timed.first, *timed.breaks, timed.last)
    rows = [words[a:b] for a, b in pairwise(bounds)]
    speakers = {word.speaker for word in words[timed.first : timed.last]} - {None}
    dash = _dash(language) if len(speakers) > 1 else ""
    lines = tuple(directed(dash + join_words((w.text for w in row), language), language) for row in rows)
    return Cue(
        times.ms(timed.start),
        times.ms(timed.end),
        lines,
        next(iter(speakers)) if len(speakers) == 1 else None,
        any(word.redacted for word in words[timed.first : timed.last]),
    )
