"""A parsed turn -> events: what is done, by whom, and whether it is said to have happened."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.domain import Agent, Modality
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
NEGATORS = frozenset(
    ["never", "not", "n't", "no", "nobody", "none", "neither", "nor", "without", "hardly", "n’t", "nt"]
)
REFUSALS = frozenset(
    ["refuse", "decline", "avoid", "deny", "fail", "refrain", "forbid", "prevent", "stop", "escape", "hesitate"]
)
WISHES = frozenset(
    [
        "want",
        "wish",
        "dream",
        "imagine",
        "hope",
        "plan",
        "intend",
        "pretend",
        "threaten",
        "offer",
        "dare",
        "need",
        "expect",
        "like",
        "promise",
        "ask",
        "prepare",
        "consider",
        "fear",
        "tempt",
        "decide",
    ]
)
SAYS = frozenset(
    [
        "say",
        "tell",
        "claim",
        "accuse",
        "write",
        "shout",
        "swear",
        "insist",
        "report",
        "allege",
        "boast",
        "answer",
        "call",
        "explain",
        "think",
        "believe",
        "suspect",
    ]
)
SUBJECTS = {"nsubj", "nsubjpass", "csubj"}
MAYBE = {"might", "may", "would", "could", "should"}


@dataclass(frozen=True, slots=True)
class Event:
    """One verb with what was found out about it."""

    lemma: str
    start: int
    end: int
    """Characters of the clause that carries it."""
    words: frozenset[str]
    """Lower-cased words and lemmas of everything that hangs on the verb, for the things it is done to."""
    agent: Agent
    modality: Modality
    because: str
    """Why the agent and modality were chosen, in plain words."""


def find_events(doc: Doc) -> tuple[Event, ...]:
    """Every verb of the text as an event, in order."""
    return tuple(_event(token) for token in doc if token.pos_ in ("VERB", "AUX") and _is_main(token))


def _is_main(token: Token) -> bool:
    return token.dep_ not in ("aux", "auxpass")


def _event(token: Token) -> Event:
    agent, who = _agent(token)
    modality, how = _modality(token, agent)
    clause = list(_clause(token))
    words = frozenset(w for t in clause for w in (t.lower_, t.lemma_.lower()))
    start = min(t.idx for t in clause)
    end = max(t.idx + len(t.text) for t in clause if not t.is_punct or t == token)
    return Event(token.lemma_.lower(), start, end, words, agent, modality, f"{who}; {how}" if how else who)


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
        if (
            verb.dep_ in ("conj", "xcomp", "advcl", "pcomp", "ccomp", "prep", "dep", "parataxis")
            and verb.head != verb
        ):
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


def _modality(token: Token, agent: Agent) -> tuple[Modality, str]:
    """Whether it is said to have happened; the verbs above are asked as well."""
    verb = token
    for step in range(6):
        found = _negated(verb) or _imagined(verb)
        if found:
            return found
        head = verb.head
        if (
            verb.dep_ in ("xcomp", "ccomp", "pcomp", "advcl", "prep")
            and head != verb
            and head.pos_ in ("VERB", "AUX", "ADP")
        ):
            above = _above(verb, head, agent)
            if above:
                return above
            if verb.dep_ in ("advcl", "ccomp"):
                break
            verb = head
            continue
        if verb.dep_ == "conj" and step < 3 and head.pos_ in ("VERB", "AUX") and not _has_subject(verb):
            verb = head
            continue
        break
    return Modality.ASSERTED, ""


def _has_subject(verb: Token) -> bool:
    return any(c.dep_ in SUBJECTS for c in verb.children)


def _negated(verb: Token) -> tuple[Modality, str] | None:
    for child in verb.children:
        if child.dep_ == "neg" or (child.lower_ in NEGATORS and child.dep_ in ("advmod", "preconj", "mark", "neg")):
            return Modality.DENIED, "the sentence denies it"
        if child.dep_ in SUBJECTS and child.lower_ in ("nobody", "none", "neither"):
            return Modality.DENIED, "the sentence says that nobody did it"
        if child.dep_ in ("dobj", "attr", "pobj") and any(
            t.lower_ in ("no", "nobody", "nothing", "none") for t in [child, *child.children]
        ):
            return Modality.DENIED, "the sentence denies it"
    if verb.dep_ == "pcomp" and verb.head.lower_ == "without":
        return Modality.DENIED, "it is said to be left out"
    return None


def _imagined(verb: Token) -> tuple[Modality, str] | None:
    helpers = {c.lower_ for c in verb.children if c.dep_ in ("aux", "auxpass")}
    marks = {c.lower_ for c in verb.children if c.dep_ == "mark"}
    conditional = any(
        c.dep_ == "advcl" and any(m.lower_ in ("if", "unless") for m in c.children) for c in verb.children
    )
    if helpers & MAYBE and ("have" in helpers or "'ve" in helpers or "of" in helpers):
        return Modality.HYPOTHETICAL, "it is only imagined"
    if (helpers & MAYBE or "will" in helpers or "'ll" in helpers) and conditional:
        return Modality.HYPOTHETICAL, "it depends on a condition"
    if marks & {"if", "unless"} or helpers & {"might", "may", "should"}:
        return Modality.HYPOTHETICAL, "it depends on a condition"
    if helpers & {"will", "'ll", "wo", "shall", "'d"} and not helpers & {"had"} and verb.tag_ == "VB":
        return Modality.HYPOTHETICAL, "it is said of the future"
    return None


def _above(verb: Token, head: Token, agent: Agent) -> tuple[Modality, str] | None:
    """What the verb above makes of it: refused, wished, or only told by somebody."""
    lemma = head.lemma_.lower()
    if verb.dep_ in ("xcomp", "pcomp", "prep") and lemma in REFUSALS:
        return Modality.DENIED, "it is said to be refused or avoided"
    if verb.dep_ == "xcomp" and lemma in WISHES:
        return Modality.HYPOTHETICAL, "it is wished or planned, not done"
    if verb.dep_ == "ccomp" and lemma in SAYS:
        subject = next((c for c in head.children if c.dep_ in SUBJECTS), None)
        if (
            subject is not None
            and subject.lower_ not in SELF | GROUP
            and agent in (Agent.SELF, Agent.GROUP, Agent.UNKNOWN)
        ):
            return Modality.REPORTED, "it is what somebody else says"
    if verb.dep_ == "ccomp" and lemma in ("wish", "imagine", "dream", "pretend"):
        return Modality.HYPOTHETICAL, "it is only imagined"
    return None
