"""What lies between two words: the facts that make a break there good or bad."""

from collections.abc import Sequence
from dataclasses import dataclass

from subtitles.grammar import Grammar, bare, clings, ends_clause, ends_sentence, splits_name


@dataclass(frozen=True, slots=True)
class Edge:
    """The place after one word."""

    sentence: bool
    """A sentence ends here."""
    clause: bool
    """A comma, colon or the like stands here."""
    clings: bool
    """The word belongs to what follows: article, preposition, conjunction, pronoun, auxiliary."""
    splits: bool
    """A break would part a name or a number."""
    opens_clause: bool
    """The next word is a conjunction."""
    opens_phrase: bool
    """The next word is a preposition."""


def edges_of(texts: Sequence[str], grammar: Grammar) -> tuple[Edge, ...]:
    """The edge after each word; after the last one nothing can be parted any more."""
    edges = []
    opens = True
    for text, after in zip(texts, [*texts[1:], ""], strict=False):
        sentence = ends_sentence(text, grammar)
        edges.append(
            Edge(
                sentence=sentence,
                clause=ends_clause(text),
                clings=bool(after) and clings(text, grammar),
                splits=bool(after) and splits_name(text, after, grammar, sentence_start=opens),
                opens_clause=bare(after) in grammar.conjunctions,
                opens_phrase=bare(after) in grammar.prepositions,
            )
        )
        opens = sentence
    return tuple(edges)
