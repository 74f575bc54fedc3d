"""What tells who, where and when, found by grammar, lists and spaCy; the second reader adds its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from review.language.contacts import find_contacts
from review.language.dates import find_dates
from review.language.known import any_of, is_known, is_plain, vocabulary
from review.language.known import words as words_of
from review.language.parsing import Doc
from review.language.second_names import BELIEVED, Name


@dataclass(frozen=True, slots=True)
class Mention:
    """Characters of a text that tell who, where, or when."""

    item: str
    start: int
    end: int
    rule: str
    """What found it, in plain words; flags are told apart by it."""
    certain: bool = True
    """False: it may as well be something harmless; the second reader is asked."""
    reading: str = ""
    """How a name finder read it, as a sentence; empty where `rule` says what stands there."""
    sure: bool = False
    """True: no reader needs to be asked."""

    @property
    def because(self) -> str:
        return self.reading or f"{self.rule} stands here"


CAPITAL = regex.compile(r"\p{Lu}[\p{L}’'\-]+")
NAME = r"\p{Lu}[\p{L}’'\-]+"
NAMES = rf"{NAME}(?:[ ](?:(?:al|el|ibn|bin|bint|van|von|de|der|den)[ \-])?{NAME}){{0,3}}"
ANY_WORD = r"[\p{L}’'\-]{2,}"
KUNYA = regex.compile(
    rf"\b(?:abu|abou|abo|umm|oum|um|bint|ibn|bin|hajji|haji|hajj|mullah|molla)[ \-]+"
    rf"(?!(?:ghraib|bakr al-baghdadi|kamal)\b)({ANY_WORD})"
    rf"(?:[ ]+(?:al|el|ar|as|ash|ad|at|an|az)[ \-]+{ANY_WORD}|[ ]+(?:bin|ibn|abu)[ ]+{ANY_WORD})?",
    regex.IGNORECASE,
)
TITLE = regex.compile(rf"\b(?i:{any_of('titles')})\.?[ ]({NAMES})")
CALLED = regex.compile(
    r"\b(?i:called|call|name is|name was|names are|named|nicknamed|nickname is|nickname was|known as|by the name of|"
    r"alias|kunya was|kunya is|kunya)[ ,:]+(?i:(?:him|her|me|us|it|myself|himself|herself)[ ,:]+)?"
    rf"(?i:(?:is|was|the)[ ])?[\"“'‘]?({NAMES})"
)
RELATION = regex.compile(rf"\b(?i:{any_of('relatives')})(?:'s|’s)?,?[ ]({NAMES})")
PLACE_KIND, BODY = f"(?i:{any_of('place_kinds')})", f"(?i:{any_of('bodies')})"
PLACE_AFTER = regex.compile(rf"\b({NAMES})[ ]{PLACE_KIND}\b")
PLACE_BEFORE = regex.compile(rf"\b{PLACE_KIND}[ ](?i:of |called |named |in |at )?({NAMES})")
PLACE_IN = regex.compile(
    r"\b(?:in|at|from|near|to|outside|behind|through|towards|around|above|below|via|into|toward|beside)[ ]"
    rf"({NAMES})"
)
SECTION = regex.compile(
    r"\b(?:section|block|wing|cell|phase|annex|sector|room)[ ](?:number[ ])?"
    r"(?:\d+|[a-f]\b|one|two|three|four|five|six|seven|eight|nine|ten)\b",
    regex.IGNORECASE,
)
ARAB = r"(?:(?:al|el|ar|as|ash|ad|at|an|az)-)?"
BETWEEN = r"(?:(?:al|el|ibn|bin|bint|van|von|de|du|des|della|der|den|la|le|of|and)[ \-])?"
JOINED = rf"{ARAB}{NAME}(?:[ ]{BETWEEN}{ARAB}{NAME}){{0,3}}"
BODY_AFTER = regex.compile(
    rf"\b((?:[Tt]he[ ])?{JOINED}(?:(?:[ ](?:\p{{Ll}}+[ ])?{BODY}\b)+|[ ](?:{any_of('club_last', small=False)})\b))"
)
BODY_ABROAD = regex.compile(
    rf"\b((?:(?i:{any_of('bodies_before')})|{any_of('club_first', small=False)})[ ]"
    rf"(?:(?:of|de|du|des|della|di)[ ](?:the[ ])?)?{JOINED})"
)
NUMBERED = regex.compile(
    r"\b((?:[Tt]he[ ])?(?:\p{Lu}|\d{1,3}(?:st|nd|rd|th)|First|Second|Third|Fourth|Fifth|Sixth|Seventh)[ ]"
    r"(?:\p{Lu}\p{Ll}+[ ])?(?i:company|brigade|battalion|regiment|division|reconnaissance|directorate))\b"
)
IN_ONE_WORD = regex.compile(
    r"\b((?:the[ ])?\p{Lu}\p{Ll}{2,}(?:skolan|skole|schule|gymnasium|klinik|markt|trans|stroy|werke|legionen)\b)"
)
BODY_BEFORE = regex.compile(rf"\b({BODY}[ ](?:of[ ](?:the[ ])?)?{NAMES})")
WORKS_AT = regex.compile(
    r"\b(?i:work(?:s|ed|ing)?|stud(?:y|ies|ied|ying)|job|teach(?:es)?|taught|play(?:s|ed)?)[ ]"
    rf"(?:at|for|with|in)[ ](?:the[ ])?({NAMES})"
)
SPACY = {
    "PERSON": "identity.person",
    "GPE": "identity.location",
    "LOC": "identity.location",
    "FAC": "identity.location",
    "ORG": "identity.affiliation",
}
IN_WORDS = {"PERSON": "a person", "GPE": "a place", "LOC": "a place", "FAC": "a building", "ORG": "an organisation"}


def find_mentions_in(text: str, doc: Doc | None, names: Sequence[Name] = ()) -> tuple[Mention, ...]:
    """Everything in the text that tells who, where or when; `doc` is its parse, `names` what the second finder saw."""
    found = [*find_contacts_as_mentions(text), *_by_grammar(text)]
    if doc is not None:
        found.extend(_by_spacy(doc))
    found.extend(_by_second_finder(text, names))
    return tuple(dict.fromkeys(found))


def find_contacts_as_mentions(text: str) -> Iterator[Mention]:
    """Contacts and dates: they need no parse."""
    for start, end, rule in find_contacts(text):
        yield Mention("identity.contact", start, end, rule)
    for start, end, rule in find_dates(text):
        yield Mention("identity.date", start, end, rule)


SURELY_A_BODY = "a school, firm, club or unit by name"
"""On the writers that are learned from, nine in ten of these are meant."""
KINDS_OF = ("a kind of place", "a kind of organisation", "by name")
"""After these a large city's name does lead somewhere: its prison, its school."""
GRAMMAR = (
    ("identity.person", KUNYA, 0, "a kunya or honorific with a name", True),
    ("identity.person", TITLE, 0, "a title with a name", True),
    ("identity.person", CALLED, 1, "words that say how somebody is called", True),
    ("identity.person", RELATION, 1, "a relative or acquaintance with a name", True),
    ("identity.location", PLACE_AFTER, 0, "a name before a kind of place", True),
    ("identity.location", PLACE_BEFORE, 1, "a name after a kind of place", True),
    ("identity.location", PLACE_IN, 1, "a name after a word that tells where", False),
    ("identity.location", SECTION, 0, "a numbered part of a building or camp", True),
    ("identity.affiliation", BODY_AFTER, 1, "a name with a kind of organisation", True),
    ("identity.affiliation", BODY_BEFORE, 1, "a name with a kind of organisation", True),
    ("identity.affiliation", BODY_ABROAD, 1, SURELY_A_BODY, True),
    ("identity.affiliation", NUMBERED, 1, SURELY_A_BODY, True),
    ("identity.affiliation", IN_ONE_WORD, 1, SURELY_A_BODY, True),
    ("identity.affiliation", WORKS_AT, 1, "a name after working or studying", True),
)


def _by_grammar(text: str) -> Iterator[Mention]:
    for item, pattern, group, rule, certain in GRAMMAR:
        for match in pattern.finditer(text):
            start, end = match.span(group)
            core = match.group(match.re.groups and 1)
            known = is_known(match.group(group)) or (is_known(core) and not rule.endswith(KINDS_OF))
            if not is_plain(core) and not known and (pattern is not BODY_AFTER or _is_named(text, *match.span(1))):
                yield Mention(item, start, _trimmed(text, start, end), rule, certain, sure=rule == SURELY_A_BODY)


def _is_named(text: str, start: int, end: int) -> bool:
    """True when one of the capitals belongs to a name and not to a sentence that begins: "At school", "I've a shop"."""
    for word in CAPITAL.finditer(text, start, end):
        first = not text[: word.start()].rstrip(' "“').strip() or text[: word.start()].rstrip(' "“')[-1] in ".!?…:"
        bare = word.group().split("’")[0].split("'")[0].lower()
        if not is_plain(bare) and not is_known(word.group()) and not (first and bare in vocabulary()):
            return True
    return False


def _by_spacy(doc: Doc) -> Iterator[Mention]:
    for entity in doc.ents:
        item = SPACY.get(entity.label_)
        words = entity.text.split()
        if item is None or not words or is_known(entity.text) or all(is_plain(w) for w in words):
            continue
        start = entity.start_char
        if words[0].lower() in words_of("common_first") and len(words) > 1 and words[0].lower() != "the":
            start += len(words[0]) + 1
        surely = entity.label_ == "PERSON" or (entity.label_ in ("GPE", "LOC", "FAC") and len(words) > 1)
        yield Mention(
            item,
            start,
            _trimmed(doc.text, start, entity.end_char),
            f"the name finder reads it as {entity.label_}",
            surely,
            f"the name finder reads it as {IN_WORDS[entity.label_]}",
        )


def _by_second_finder(text: str, names: Sequence[Name]) -> Iterator[Mention]:
    """Its names, without what is public or large, and without small common words where the text has capitals."""
    has_case = text != text.lower()
    for name in names:
        words = text[name.start : name.end].split()
        if not words or is_known(" ".join(words)) or all(is_plain(w) for w in words):
            continue
        common = all(w.lower() in vocabulary() for w in words)
        small = not any(w[0].isupper() or w[0].isdigit() for w in words)
        if name.item != "identity.contact" and common and small and (has_case or name.score < BELIEVED):
            continue
        surely = name.score >= BELIEVED and not (common and small)
        yield Mention(
            name.item,
            name.start,
            _trimmed(text, name.start, name.end),
            "the second name finder's name",
            surely,
            "the second name finder reads it as a name",
        )


def _trimmed(text: str, start: int, end: int) -> int:
    """The end without a possessive or a full stop."""
    while end > start and (text[start:end].endswith(("'s", "’s")) or not text[end - 1].isalnum()):
        end -= 2 if text[start:end].endswith(("'s", "’s")) else 1
    return end
