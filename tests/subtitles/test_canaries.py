"""Words that must appear nowhere: planted, removed, and looked for in every form a clip leaves in."""

import json
import random
import re
from pathlib import Path

import pytest

from pipeline.canonical import canonical_bytes
from pipeline.domain import Aspect, Redaction, RedactionKind, Segment, Span, Speaker, Transcript, Word
from subtitles.formats import to_pysrt, write_ass, write_srt, write_vtt
from subtitles.handover import translator_lines
from subtitles.plan_cues import cues_document, plan_cues
from subtitles.sheet import write_csv

WORDS = ("I", "went", "with", "him", "to", "the", "house", "and", "we", "waited", "there", "until", "morning")

TOKENS = ("[removed]", "[name removed]", "[bleep]")


def planted(dice: random.Random) -> tuple[Transcript, list[Redaction], list[tuple[int, int]], set[str]]:
    """A French interview with English drafts in which canaries are redacted, or outside the kept spans."""
    segments, hidden, kept, clock = [], [], [], 0
    canaries: set[str] = set()
    for number in range(1, 9):
        cut = dice.random() < 0.25
        texts, spans = [], []
        for _ in range(dice.randint(3, 14)):
            secret = cut or dice.random() < 0.2
            text = f"Zq{len(canaries):03}canary" if secret else dice.choice(WORDS)
            lasts = dice.choice((0, 40, 180, 400))
            texts.append(text)
            spans.append(Span(clock, clock + lasts))
            if secret:
                canaries.add(text)
            if secret and not cut:
                pad = dice.choice((0, 30, 150))
                grown = Span(max(0, clock - pad), clock + lasts + pad + 1)
                hidden.append(Redaction(f"x-{clock}", "r-1", dice.choice(sounds()), grown, None, dice.choice(TOKENS)))
            clock += lasts + dice.choice((0, 20, 300))
        words = tuple(Word(t, s, 0.9) for t, s in zip(texts, spans, strict=True))
        extent = Span(spans[0].start_ms, clock + 200)
        drafted = " ".join(t.replace("Zq", "zQ") for t in dice.sample(texts, len(texts)))
        segments.append(Segment(f"s{number}", " ".join(texts), extent, words, translation=drafted))
        if not cut:
            kept.append((extent.start_ms, extent.end_ms))
        clock += 700
    return Transcript("fr", clock, "", "", tuple(segments)), hidden, kept or [(clock, clock + 100)], canaries


def sounds() -> list[RedactionKind]:
    return [kind for kind in RedactionKind if kind.is_sound]


@pytest.mark.parametrize("seed", range(40))
def test_no_canary_is_in_any_cue_or_file_of_any_language_and_shape(plan, seed) -> None:
    """Cues, SRT, pysrt, VTT, ASS, the translators' sheet, the signed document; speech, draft, for the deaf."""
    transcript, hidden, kept, canaries = planted(random.Random(seed))  # noqa: S311
    aspect = list(Aspect)[seed % 3]
    made = plan(*kept, redactions=hidden)
    for language in ("fr", "en", "fr-x-sdh"):
        cues = plan_cues(made, {"r-1": transcript}, language, aspect)
        leaving = [
            write_srt(cues),
            write_vtt(cues, language, aspect),
            write_ass(cues, aspect, 1080, 1080, language),
            "\n".join(item.text for item in to_pysrt(cues)),
            write_csv(translator_lines(cues, language="de", aspect=aspect)),
            canonical_bytes(cues_document(cues)).decode(),
        ]
        for text in leaving:
            assert not [c for c in canaries if c.lower() in text.lower()]


CORPUS = Path(__file__).parents[2] / "training" / "corpus" / "dev.jsonl"
REMOVED = ("identity.", "network.", "safety.minor", "safety.operational")


def interviews() -> list[list[dict[str, object]]]:
    """The turns of every interview of the corpus that nothing learned from."""
    return [json.loads(line)["turns"] for line in CORPUS.read_text(encoding="utf-8").splitlines()]


def as_recorded(turns: list[dict[str, object]]) -> tuple[Transcript, list[Redaction], set[str]]:
    """The interview at 150 words a minute; every word of a label that is to be removed is a canary instead."""
    segments, hidden, canaries, clock = [], [], set(), 0
    for turn in turns:
        labels = [(x["start"], x["end"]) for x in turn["labels"] if x["item"].startswith(REMOVED)]  # type: ignore[attr-defined]
        words = []
        for found in re.finditer(r"\S+", str(turn["text"])):
            text, span = found.group(), Span(clock, clock + 340)
            if any(start < found.end() and found.start() < end for start, end in labels):
                text = f"Zq{len(canaries):03}canary"
                canaries.add(text)
                hidden.append(Redaction(f"x-{clock}", "r-1", RedactionKind.TONE, span, None, "[name removed]"))
            words.append(Word(text, span, 0.9, Speaker(turn["speaker"])))
            clock += 400
        said = " ".join(word.text for word in words)
        extent = Span(words[0].span.start_ms, clock)
        segments.append(Segment(str(turn["id"]), said, extent, tuple(words), Speaker(turn["speaker"])))
        clock += 600
    return Transcript("en", clock, "", "", tuple(segments)), hidden, canaries


def test_no_secret_of_the_corpus_is_in_any_cue_or_sidecar(plan) -> None:
    """Every interview whole, all its labelled names, places, dates and contacts removed, the shapes in turn."""
    planted_words = 0
    for number, turns in enumerate(interviews()):
        transcript, hidden, canaries = as_recorded(turns)
        aspect = list(Aspect)[number % 3]
        cues = plan_cues(plan((0, transcript.duration_ms), redactions=hidden), {"r-1": transcript}, "en", aspect)
        sheet = write_csv(translator_lines(cues, language="fr", aspect=aspect))
        written = (write_srt(cues), write_vtt(cues, "en", aspect), write_ass(cues, aspect, 1080, 1080, "en"), sheet)
        for text in written:
            assert "zq" not in text.lower()
            assert "[name removed]" in text or not canaries
        planted_words += len(canaries)
    assert planted_words > 200


def test_tokens_tell_neither_how_many_words_nor_how_long_they_were(plan, transcript, segment, removal) -> None:
    """One short name and five long words leave the same text behind."""
    shown = set()
    for spoken in ("we met Al today", "we met Muhammad ibn Abdallah of Great Raqqa today"):
        said = {"r-1": transcript(segment("s1", spoken, 0))}
        last = 500 * len(spoken.split()) - 600
        cues = plan_cues(plan((0, 6000), redactions=[removal(1000, last)]), said, "en", Aspect.WIDE)
        shown.add(" ".join(" ".join(cue.lines) for cue in cues))
    assert shown == {"we met [removed] today"}


def test_a_burned_frame_shows_the_token_and_not_the_word(plan, transcript, segment, removal, tmp_path: Path) -> None:
    """What is drawn for removed speech is pixel for pixel the same, whatever was said."""
    documents = set()
    for name in ("Abdallah", "Bartholo"):
        said = {"r-1": transcript(segment("s1", f"we met {name} today", 0))}
        cues = plan_cues(plan((0, 2500), redactions=[removal(950, 1450)]), said, "en", Aspect.WIDE)
        documents.add(write_ass(cues, Aspect.WIDE, 1920, 1080, "en"))
    assert len(documents) == 1
    assert "[removed]" in documents.pop()
