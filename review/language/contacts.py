"""Phones, handles, mail addresses, sites, house and document numbers, also spelled out as in speech."""

from collections.abc import Iterator

import regex

Found = tuple[int, int, str]
"""Start, end, and what it is."""

SMALL = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    "eighteen|nineteen|twenty"
)
DIGIT = rf"(?:zero|oh|double|triple|hundred|plus|{SMALL}|thirty|forty|fifty|sixty|seventy|eighty|ninety|\d+)"
SPOKEN_NUMBER = regex.compile(rf"\b{DIGIT}(?:[\s,.\-–]+(?:then[ ]|and[ ])?{DIGIT}){{4,}}\b", regex.IGNORECASE)
PHONE = regex.compile(r"(?<![\w.])(?:\+|00)?\(?\d{2,5}\)?(?:[ \-./–]?\d{2,4}){2,5}(?!\w)")
MAIL = regex.compile(r"\b[\p{L}\d._%+\-]+@[\p{L}\d\-]+(?:\.[\p{L}\d\-]+)+")
HANDLE = regex.compile(r"(?<![\w@])@[\p{L}\d_][\p{L}\d_.\-]{2,}")
SITE = regex.compile(
    r"\b(?:https?://|www\.)\S+|"
    r"\b[\p{L}\d\-]{2,}(?:\.[\p{L}\d\-]{2,})*\.(?:com|org|net|example|info|me|io|tv|ru|de|tr|test)\b(?:/\S*)?",
    regex.IGNORECASE,
)
UNDERSCORED = regex.compile(r"\b[\p{L}\d]+(?:[_][\p{L}\d.]+)+")
WORD = r"[\p{L}\d]+(?:[._\-][\p{L}\d]+)*"
SPELLED = regex.compile(
    rf"\b{WORD}(?:[ ,]+(?:underscore|underline|dot|dash|hyphen|minus|slash)[ ,]+{WORD})+"
    rf"(?:[ ,]+at[ ,]+{WORD}(?:[ ]+dot[ ]+{WORD})+)?"
    rf"|\b{WORD}(?:[ ]{WORD}){{0,2}}[ ,]+at[ ,]+{WORD}(?:[ ]{WORD})?[ ,]+dot[ ,]+{WORD}",
    regex.IGNORECASE,
)
ADDRESS = regex.compile(
    rf"\b(?:number|nr\.?|no\.?|apartment|flat|house|building|door)[ ](?:number[ ])?(?:\d+\w?|{SMALL})(?:[ -]\w+)?"
    r"(?=[ ,]+(?:in|on|of)?[ ]?\p{Lu})|"
    r"\b\d{1,4}\w?[ ](?:\p{Lu}[\p{L}\-]+[ ]){1,3}(?:Street|Road|Avenue|Lane|Square|Close|Drive)\b"
)
DOCUMENT = regex.compile(
    r"\b(?:case|passport|file|id|card|registration|plate|licence|license|account|prisoner|detainee|docket|"
    r"ref(?:erence)?)[ ](?:number|no\.?|nr\.?)[ :]*(?:is |was )?[\p{L}\d][\p{L}\d\-/ ]{0,30}\d[\d\-/]*",
    regex.IGNORECASE,
)
HANDLE_SAID = regex.compile(
    r"\b(?:handle|user[ ]?name|screen name)[ ](?:(?:is|was|were|of|like)[ ])?(?:at[ ])?"
    r"[\p{L}\d]+(?:[ ][\p{L}\d]+){0,2}",
    regex.IGNORECASE,
)
BOX = regex.compile(rf"\bp\.?[ ]?o\.?[ ]?box(?:[ ](?:\d+|{SMALL}|zero|oh|hundred))+", regex.IGNORECASE)
KINDS = (
    (MAIL, "a mail address"),
    (HANDLE, "a handle"),
    (SITE, "a site"),
    (UNDERSCORED, "a handle"),
    (PHONE, "a phone number"),
    (SPELLED, "an address spelled out in words"),
    (ADDRESS, "a house number"),
    (DOCUMENT, "a document or case number"),
    (HANDLE_SAID, "a handle"),
    (BOX, "a post box"),
)


def find_contacts(text: str) -> Iterator[Found]:
    """Every contact in the text: what leads directly to a person."""
    for pattern, what in KINDS:
        for match in pattern.finditer(text, timeout=2):
            if pattern is not PHONE or _is_phone(match.group()):
                yield match.start(), match.end(), what
    for match in SPOKEN_NUMBER.finditer(text, timeout=2):
        if _digits(match.group()) >= 5:
            yield match.start(), match.end(), "a number spelled out in words"


def _is_phone(text: str) -> bool:
    digits = sum(c.isdigit() for c in text)
    years = regex.fullmatch(r"(?:19|20)\d\d[ \-–/](?:19|20)\d\d", text)
    return digits >= 7 and not years


def _digits(text: str) -> int:
    """How many digits a spelled-out number stands for, small numbers counting as one each."""
    words = regex.findall(r"\d|\p{L}+", text.lower())
    return sum(w.isdigit() or w not in ("hundred", "double", "triple", "plus", "then", "and") for w in words)
