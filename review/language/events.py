"""A parsed turn -> events: what is done, by whom, and whether it is said to have happened."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.domain import Agent, Modality
from review.language.modality import find_modality
from review.language.parsing import Doc, Token

SELF = {"i", "me", "myself", "my", "mine"}
GROUP = {"we", "us", "our", "ours", "ourselves"}
OWN_UNIT = frozenset(
    [
        "unit",
        "group",
        "team",
        "brigade",
        "battalion",
        "katiba",
        "cell",
        "squad",
        "convoy",
        "patrol",
        "faction",
        "side",
        "brothers",
    ]
)
SUBJECTS = {"nsubj", "nsubjpass", "csubj"}


@dataclass(frozen=True, slots=True)
class Event:
    """One verb with what was found out about it."""

    lemma: str
    verb: int
    """Where the verb itself begins."""
    start: int
    end: int
    """Characters of the clause that carries it."""
    words: frozenset[str]
    """Lower-cased words and lemmas of everything that hangs on the verb, for the things it is done to."""
    agent: Agent
    modality: Modality
    because: str
    """Why the agent and modality were chosen, in plain words."""
    act: bool = True
    """False: it only says where or how somebody is (`I was at home`, `I was afraid`), not what he is or does."""


def find_events(doc: Doc) -> tuple[Event, ...]:
    """Every verb of the text as an event, in order."""
    return tuple(_event(token) for token in doc if token.pos_ in ("VERB", "AUX") and _is_main(token))


def _is_main(token: Token) -> bool:
    return token.dep_ not in ("aux", "auxpass")


def _event(token: Token) -> Event:
    agent, who = _agent(token)
    modality, how = find_modality(token, agent)
    clause = list(_clause(token))
    words = frozenset(w for t in clause for w in (t.lower_, t.lemma_.lower()))
    start = min(t.idx for t in clause)
    end = max(t.idx + len(t.text) for t in clause if not t.is_punct or t == token)
    because = f"{who}; {how}" if how else who
    act = token.lemma_ != "be" or any(c.dep_ == "attr" for c in token.children)
    return Event(token.lemma_.lower(), token.idx, start, end, words, agent, modality, because, act)


def _clause(token: Token) -> Iterator[Token]:
    """The verb and what hangs on it, without other clauses that hang on it."""
    yield token
    for child in token.children:
        if child.dep_ in ("ccomp", "advcl", "conj", "parataxis", "punct", "cc", "relcl", "csubj"):
            continue
        yield from child.subtree if child.dep_ != "xcomp" else _clause(child)


def _agent(token: Token) -> tuple[Agent, str]:
    """Who does it, through conjunctions and verbs that pass their subject on."""
    verb = token
    for _ in range(8):
        subject = next((c for c in verb.children if c.dep_ in SUBJECTS or c.dep_ == "expl"), None)
        if subject is not None and subject.dep_ == "nsubjpass":
            return _passive(verb)
        if subject is not None:
            return _who(subject, verb)
        if verb.dep_ in ("xcomp", "ccomp") and verb.head.pos_ in ("VERB", "AUX"):
            given = next((c for c in verb.head.children if c.dep_ in ("dobj", "dative", "iobj")), None)
            if given is not None and given.lower_ in ("me", "us"):
                return (Agent.SELF if given.lower_ == "me" else Agent.GROUP), "made or asked to do it"
            if given is not None and verb.head.lemma_ not in ("use", "try"):
                return Agent.OTHER, "somebody else was made to do it"
        if verb.dep_ == "acl" or (verb.dep_ == "relcl" and subject is None):
            return _who(verb.head, verb)
        if verb.dep_ in ("conj", "xcomp", "advcl", "pcomp", "ccomp", "prep", "dep", "parataxis") and verb.head != verb:
            verb = _verb_above(verb)
            continue
        break
    return Agent.UNKNOWN, "nobody is named as doing it, so it counts as the speaker's own"


def _verb_above(verb: Token) -> Token:
    head = verb.head
    while head.pos_ not in ("VERB", "AUX") and head.head != head:
        head = head.head
    return head


def _passive(verb: Token) -> tuple[Agent, str]:
    by = next((c for c in verb.children if c.dep_ == "agent"), None)
    if by is None:
        return Agent.UNKNOWN, "the sentence does not say by whom, so it counts as the speaker's own"
    noun = next(iter(by.children), by)
    return _who(noun, verb)


def _who(subject: Token, verb: Token) -> tuple[Agent, str]:
    word = subject.lower_
    if word in ("who", "that", "which") and verb.dep_ == "relcl":
        return _who(verb.head, verb.head)
    joined = {t.lower_ for t in subject.subtree if t.dep_ in ("conj", "nsubj") or t == subject}
    if word in SELF or joined & {"i", "me", "myself"}:
        return Agent.SELF, "the speaker says it of himself"
    if word in GROUP or joined & GROUP:
        return Agent.GROUP, "the speaker says it of a group he belongs to"
    own = any(c.lower_ in ("my", "our") and c.dep_ == "poss" for c in subject.children)
    if own and subject.lemma_.lower() in OWN_UNIT:
        return Agent.GROUP, "the speaker says it of his own unit"
    of_us = any(t.lower_ in ("us", "ours") and t.head.lower_ == "of" for t in subject.subtree)
    if of_us:
        return Agent.GROUP, "the speaker is among those who did it"
    if word in ("you", "one"):
        return Agent.UNKNOWN, "you or one may stand for the speaker"
    return Agent.OTHER, "somebody else did it"
