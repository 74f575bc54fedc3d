"""Days, months with a year, birthdays, and ages at a known moment."""

from collections.abc import Iterator

import regex

Found = tuple[int, int, str]
"""Start, end, and what it is."""

MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    r"jan\.?|feb\.?|aug\.?|sept?\.?|oct\.?|nov\.?|dec\.?)"
)
ONE_TO_NINE = "one|two|three|four|five|six|seven|eight|nine"
TEENS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
NINTHS = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth"
ORDINAL = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?|{NINTHS}|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|"
    rf"seventeenth|eighteenth|nineteenth|twentieth|twenty[- ](?:{NINTHS})|thirtieth|thirty[- ]first)"
)
SPOKEN_YEAR = (
    rf"(?:(?:19|20)\d\d|['’]\d\d|(?:two thousand|twenty|nineteen)"
    rf"(?:[ -](?:and[ ])?(?:oh[ -])?(?:{ONE_TO_NINE}|{TEENS}|{TENS})){{1,2}})"
)
DAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
AGE = rf"(?:\d{{1,2}}|eight|nine|{TEENS}|twenty|twenty[- ](?:{ONE_TO_NINE})|thirty)"
FEASTS = r"(?:eid|ramadan|christmas|new year's|new year|ashura|nowruz|newroz)"
PATTERNS = tuple(
    (regex.compile(pattern, regex.IGNORECASE), what)
    for what, pattern in (
        (
            "a day",
            rf"\b(?:(?:on[ ])?{DAY},?[ ](?:the[ ])?)?(?:the[ ])?{ORDINAL}[ ](?:day[ ])?(?:of[ ])?{MONTH}\b"
            rf"(?:,?[ ](?:of[ ])?{SPOKEN_YEAR})?",
        ),
        ("a day", rf"\b(?:{DAY},?[ ])?{MONTH}[ ](?:the[ ])?{ORDINAL}(?!\d)\b(?:,?[ ]{SPOKEN_YEAR})?"),
        ("a month with a year", rf"\b{MONTH},?[ ](?:of[ ])?(?:the[ ]year[ ])?{SPOKEN_YEAR}\b"),
        ("a date in figures", r"\b\d{1,2}[./\-]\d{1,2}[./\-](?:19|20)?\d\d\b|\b(?:19|20)\d\d-\d\d-\d\d\b"),
        (
            "a birthday",
            rf"\b(?:born|birthday)[ ](?:is[ ]|was[ ])?(?:in|on)?[ ]?(?:the[ ])?(?:{ORDINAL}[ ](?:of[ ])?)?"
            rf"(?:{MONTH}[ ]?)?{SPOKEN_YEAR}",
        ),
        ("a day of a feast", rf"\b(?:last|{ORDINAL})[ ]day[ ](?:of|after|before)[ ]{FEASTS}\b"),
        ("an age in a year", rf"\b{AGE}(?:[ ]years?[ ]old)?[ ]in[ ]{SPOKEN_YEAR}"),
        ("an age in a year", rf"\bin[ ]{SPOKEN_YEAR},?[ ](?:when[ ])?(?:I|he|she)[ ](?:was|am|is|turned)[ ]{AGE}\b"),
    )
)


def find_dates(text: str) -> Iterator[Found]:
    """Every date in the text that can be matched with a register; bare years and durations are none."""
    for pattern, what in PATTERNS:
        for match in pattern.finditer(text, timeout=2):
            yield match.start(), match.end(), what
