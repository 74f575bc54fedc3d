"""What the second reader looks at: words, parts of words, the question, who did what; and, token by token, names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from pipeline.domain import Agent, Modality
from review.language.events import Event
from review.language.known import is_known, is_plain, vocabulary
from review.language.mentions import Mention
from review.language.parsing import Doc

WORD = regex.compile(r"[^\W_]+(?:['’][^\W_]+)?")
TOKEN = regex.compile(r"[\w@]+(?:[._'’\-]\w+)*|[^\w\s]")
WHO = {Agent.SELF: "S", Agent.GROUP: "S", Agent.OTHER: "O", Agent.UNKNOWN: "U"}
LONGEST_WORD = 24
"""Characters of a word that are looked at; longer ones are no words."""


@dataclass(frozen=True, slots=True)
class Feature:
    """Something that stands in a turn, and where; the question's features stand nowhere."""

    name: str
    start: int
    end: int


def word_features(text: str) -> Iterator[Feature]:
    """Each word and each run of two and three."""
    found = [(m.group().lower().replace("’", "'")[:LONGEST_WORD], m.start(), m.end()) for m in WORD.finditer(text)]
    for size in (1, 2, 3):
        for i in range(len(found) - size + 1):
            run = found[i : i + size]
            yield Feature(" ".join(w for w, _, _ in run), run[0][1], run[-1][2])


def part_features(text: str) -> Iterator[Feature]:
    """Runs of four and five letters of each word: they know `guarded` from `guarding`."""
    for match in WORD.finditer(text):
        word = f"<{match.group().lower()[:LONGEST_WORD]}>"
        for size in (4, 5):
            for i in range(len(word) - size + 1):
                yield Feature("c:" + word[i : i + size], match.start(), match.end())


def question_features(question: str) -> Iterator[Feature]:
    """Words and pairs of the question before it."""
    words = [m.group().lower()[:LONGEST_WORD] for m in WORD.finditer(question)]
    for size in (1, 2):
        for i in range(len(words) - size + 1):
            yield Feature("q:" + " ".join(words[i : i + size]), 0, 0)


def event_features(events: Sequence[Event]) -> Iterator[Feature]:
    """Who did what, and whether it happened."""
    for e in events:
        who, real = WHO[e.agent], "A" if e.modality is Modality.ASSERTED else "N"
        names = [f"e:{who}{real}:{e.lemma}", f"e:{who}:{e.lemma}"]
        for word in sorted(w for w in e.words if 2 < len(w) <= LONGEST_WORD):
            names.append(f"x:{who}{real}:{word}")
            if word != e.lemma:
                names.append(f"e:{who}{real}:{e.lemma}:{word}")
        for name in names:
            yield Feature(name, e.start, e.end)


@dataclass(frozen=True, slots=True)
class TokenFeatures:
    """One token of a text, and the names of what can be said about it."""

    start: int
    end: int
    names: tuple[str, ...]


def token_features(text: str, doc: Doc, mentions: Sequence[Mention]) -> list[TokenFeatures]:
    """Every token with its neighbours, its shape, what spaCy says, and the rules that found it."""
    spans = [(m.start(), m.end()) for m in TOKEN.finditer(text)]
    own = _own_facts(text, spans, doc, mentions)
    low = ["<s>", "<s>", *(text[a:b].lower()[:LONGEST_WORD] for a, b in spans), "</s>", "</s>"]
    found = []
    for i, (start, end) in enumerate(spans):
        w2, w1, w0, n1, n2 = low[i : i + 5]
        names = [
            f"0:{w0}",
            f"-1:{w1}",
            f"+1:{n1}",
            f"-2:{w2}",
            f"+2:{n2}",
            f"-10:{w1} {w0}",
            f"+01:{w0} {n1}",
            f"-21:{w2} {w1}",
        ]
        names += [f"s:{w0[-3:]}", f"s2:{w0[-2:]}", f"p:{w0[:3]}", f"-1s:{w1[-3:]}", f"+1s:{n1[-3:]}"]
        for shift in (-2, -1, 0, 1, 2):
            if 0 <= i + shift < len(spans):
                names += [f"{shift}.{fact}" for fact in own[i + shift]]
        names += [f"both.{a}.{b}" for a in own[i][:1] for b in (own[i - 1][:1] if i else ["start"])]
        found.append(TokenFeatures(start, end, tuple(names)))
    return found


def _own_facts(text: str, spans: Sequence[tuple[int, int]], doc: Doc, mentions: Sequence[Mention]) -> list[list[str]]:
    """Facts of each token by itself; the shape comes first."""
    has_case = text != text.lower()
    by_start = {t.idx: t for t in doc}
    facts = []
    for start, end in spans:
        word = text[start:end]
        shape = _shape(word) if has_case else f"lower{'.d' if any(c.isdigit() for c in word) else ''}"
        common = "common" if word.lower() in vocabulary() else "rare"
        mine = [f"{shape}.{common}", shape, common]
        mine += ["known"] if is_known(word) else []
        mine += ["plain"] if is_plain(word) else []
        token = by_start.get(start)
        if token is not None:
            mine += [f"pos.{token.pos_}", f"ent.{token.ent_type_ or '-'}", *(["first"] if token.is_sent_start else [])]
        mine += [f"rule.{m.item}.{m.certain}" for m in mentions if m.start < end and start < m.end]
        facts.append(mine)
    return facts


def _shape(word: str) -> str:
    """What a word looks like: capital, capitals, small, digits, mixed, sign."""
    if word.isdigit():
        return f"digits{min(len(word), 5)}"
    if any(c in word for c in "@_") or (any(c.isdigit() for c in word) and any(c.isalpha() for c in word)):
        return "mixed"
    if not word[0].isalnum():
        return "sign"
    if word.isupper() and len(word) > 1:
        return "capitals"
    return "capital" if word[0].isupper() else "small"
