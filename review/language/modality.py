"""Whether a verb is said to have happened: asserted, denied, only imagined, or only told by somebody else."""

from pipeline.domain import Agent, Modality
from review.language.parsing import Token

Verdict = tuple[Modality, str]
"""The modality, and why, in plain words."""

SUBJECTS = ("nsubj", "nsubjpass", "csubj", "expl")
SPEAKER = {"i", "me", "myself", "my", "mine", "we", "us", "our", "ours", "ourselves"}
NEGATORS = {"never", "not", "n't", "no", "nobody", "none", "neither", "nor", "without", "hardly", "n’t", "nt"}
NOTHING = {"no", "nobody", "nothing", "none"}
IF = {"if", "unless", "lest", "whether", "supposing"}
MAYBE = {"might", "may", "would", "could", "should", "'d", "’d"}
FUTURE = {"will", "'ll", "’ll", "wo", "shall", "gonna"}
STATES = {
    "love",
    "appreciate",
    "hope",
    "thank",
    "remember",
    "want",
    "need",
    "like",
    "know",
    "think",
    "hate",
    "prefer",
    "miss",
}
SENSES = {"hear", "see", "feel", "smell", "remember", "notice", "understand"}
DONE_AFTER = {"by", "for", "after", "from", "since", "despite", "because", "with", "through"}
OFTEN = {
    "when",
    "whenever",
    "every",
    "always",
    "sometimes",
    "often",
    "usually",
    "each",
    "daily",
    "days",
    "nights",
    "evenings",
}
# fmt: off
REFUSALS = {
    "refuse", "decline", "avoid", "deny", "fail", "refrain", "forbid", "prevent", "stop", "escape", "hesitate",
}
WISHES = {
    "want", "wish", "dream", "imagine", "hope", "plan", "intend", "pretend", "threaten", "offer", "dare",
    "need", "expect", "like", "promise", "ask", "prepare", "consider", "fear", "tempt", "decide", "demand",
    "suggest", "recommend", "require", "invite", "think", "talk", "worry", "doubt", "propose", "try", "hesitate",
}
ONLY_THOUGHT = {
    "wish", "imagine", "dream", "pretend", "hope", "fear", "suggest", "demand", "require", "doubt", "worry",
    "let",
}
REALISED = {
    "begin", "start", "continue", "keep", "use", "have", "force", "make", "help", "manage", "get", "learn",
    "come", "go", "teach", "happen", "end", "seem", "tend", "proceed", "remember", "admit", "regret", "confess",
    "agree", "order", "tell", "send", "bring", "take", "choose", "set", "train", "cause", "lead", "oblige",
    "compel", "pay", "love", "enjoy", "able", "happy", "glad", "sad", "sorry", "proud", "surprised", "shocked",
    "ashamed", "relieved", "honoured", "honored", "lucky",
}
SAYS = {
    "say", "tell", "claim", "accuse", "write", "shout", "swear", "insist", "report", "allege", "boast",
    "answer", "call", "explain", "think", "believe", "suspect", "argue", "add", "state", "note",
}
# fmt: on


def find_modality(token: Token, agent: Agent) -> Verdict:
    """The verdict on one verb; what the verbs above make of it counts as well."""
    verb = token
    for _ in range(6):
        found = _negated(verb) or _imagined(verb) or _quoted(verb, agent) or _above(verb, agent)
        if found:
            return found
        if not _hands_down(verb):
            break
        verb = _governor(verb)
    return Modality.ASSERTED, ""


def _hands_down(verb: Token) -> bool:
    """True when the verb above decides about this one as well."""
    head = verb.head
    if head == verb or head.pos_ not in ("VERB", "AUX", "ADP", "ADJ"):
        return False
    if verb.dep_ == "pcomp":
        return head.lower_ not in DONE_AFTER
    if verb.dep_ == "xcomp":
        return True
    return verb.dep_ == "conj" and not has_subject(verb)


def _governor(verb: Token) -> Token:
    head = verb.head
    return head.head if head.pos_ == "ADP" else head


def has_subject(verb: Token) -> bool:
    """True when the verb has a subject of its own."""
    return any(c.dep_ in SUBJECTS for c in verb.children)


def _helpers(verb: Token) -> set[str]:
    return {c.lower_ for c in verb.children if c.dep_ in ("aux", "auxpass")}


def _negated(verb: Token) -> Verdict | None:
    for child in verb.children:
        if child.dep_ == "neg" or (child.lower_ in NEGATORS and child.dep_ in ("advmod", "preconj", "mark")):
            return Modality.DENIED, "the sentence denies it"
        if child.dep_ in SUBJECTS and child.lower_ in ("nobody", "none", "neither"):
            return Modality.DENIED, "the sentence says that nobody did it"
        if child.dep_ in ("dobj", "attr", "pobj") and any(t.lower_ in NOTHING for t in [child, *child.children]):
            return Modality.DENIED, "the sentence denies it"
    if verb.dep_ == "pcomp" and verb.head.lower_ == "without":
        return Modality.DENIED, "it is said to be left out"
    return None


def _imagined(verb: Token) -> Verdict | None:
    helpers = _helpers(verb)
    if helpers & MAYBE and helpers & {"have", "'ve", "’ve", "of"}:
        return Modality.HYPOTHETICAL, "it is only imagined"
    if any(c.dep_ in ("mark", "advmod") and c.lower_ in IF for c in verb.children) or helpers & {
        "might",
        "may",
        "should",
    }:
        return Modality.HYPOTHETICAL, "it depends on a condition"
    if verb.tag_ == "VB" and helpers & (FUTURE | {"must", "can", "ca"}):
        return Modality.HYPOTHETICAL, "it is said to be possible, or of the future"
    if helpers & MAYBE and not _habitual(verb) and verb.lemma_ not in STATES:
        return Modality.HYPOTHETICAL, "it is said to be possible or conditional"
    if _goes_to(verb):
        return Modality.HYPOTHETICAL, "it is said of the future"
    if _commands(verb):
        return Modality.HYPOTHETICAL, "it is a command or a piece of advice"
    return None


def _habitual(verb: Token) -> bool:
    """`I would hit them when ...` happened again and again, and so did `we could hear it`."""
    if "could" in _helpers(verb) and verb.lemma_ in SENSES:
        return True
    conditional = any(c.dep_ == "advcl" and any(m.lower_ in IF for m in c.children) for c in verb.children)
    return not conditional and any(t.lower_ in OFTEN for t in verb.sent)


def _goes_to(verb: Token) -> bool:
    """`going to` before a verb, in the present: what will be."""
    going = (
        verb if verb.lower_ == "going" else verb.head if verb.dep_ == "xcomp" and verb.head.lower_ == "going" else None
    )
    if going is None or not any(c.dep_ == "xcomp" for c in going.children):
        return False
    return not any(c.lower_ in ("was", "were") for c in going.children)


def _commands(verb: Token) -> bool:
    """A bare verb form at the top of a sentence, with nobody who does it."""
    if verb.tag_ != "VB" or has_subject(verb) or _helpers(verb) - {"do"} or verb.lemma_ in STATES:
        return False
    return verb.dep_ in ("ROOT", "ccomp", "parataxis") and verb.head.tag_ != "VBD"


def _quoted(verb: Token, agent: Agent) -> Verdict | None:
    """`The man told the judge, I did it`: the I is somebody else's."""
    if agent is Agent.OTHER:
        return None
    for child in verb.children:
        if (
            child.dep_ in ("ccomp", "parataxis")
            and child.lemma_.lower() in SAYS
            and _told_by_others(child)
            and child.i < verb.i
        ):
            return Modality.REPORTED, "it is what somebody else says"
    return None


def _above(verb: Token, agent: Agent) -> Verdict | None:
    """What the verb above makes of it: refused, wished, demanded, or told by somebody else."""
    head = _governor(verb)
    lemma = head.lemma_.lower()
    infinitive = any(c.lower_ == "to" and c.dep_ == "aux" for c in verb.children)
    if verb.dep_ in ("xcomp", "pcomp", "prep") and lemma in REFUSALS:
        return Modality.DENIED, "it is said to be refused or avoided"
    if (verb.dep_ in ("xcomp", "pcomp") or (verb.dep_ == "ccomp" and infinitive)) and lemma in WISHES:
        return Modality.HYPOTHETICAL, "it is wished or planned, not done"
    if verb.dep_ == "ccomp" and lemma in ONLY_THOUGHT:
        return Modality.HYPOTHETICAL, "it is only thought of or demanded"
    if verb.dep_ == "ccomp" and lemma in SAYS - {"think", "believe", "suspect"} and _negated(head):
        return Modality.DENIED, "it is denied that this was said"
    if verb.dep_ == "ccomp" and lemma in SAYS and agent in (Agent.SELF, Agent.GROUP) and _told_by_others(head):
        return Modality.REPORTED, "it is what somebody else says"
    if infinitive and verb.dep_ in ("xcomp", "relcl", "acl", "ccomp") and lemma not in REALISED:
        return Modality.HYPOTHETICAL, "it is an aim or a possibility, not said to be done"
    if verb.dep_ == "advcl" and head.pos_ in ("VERB", "AUX") and verb.tag_ in ("VBP", "VBZ", "VB") and _imagined(head):
        return Modality.HYPOTHETICAL, "it hangs on something that is only imagined"
    return None


def _told_by_others(verb: Token) -> bool:
    subject = next((c for c in verb.children if c.dep_ in SUBJECTS), None)
    return subject is not None and subject.lower_ not in SPEAKER
