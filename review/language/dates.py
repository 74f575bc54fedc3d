"""Days, months with a year, birthdays, and ages at a known moment."""

from collections.abc import Iterator

import regex

Found = tuple[int, int, str]
"""Start, end, and what it is."""

MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december|jan\.?|feb\.?|aug\.?|sept?\.?|oct\.?|nov\.?|dec\.?)"
ORDINAL = (
    r"(?:\d{1,2}(?:st|nd|rd|th)?|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|"
    r"sixteenth|seventeenth|eighteenth|nineteenth|twentieth|twenty[- ](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|thirtieth|"
    r"thirty[- ]first)"
)
SPOKEN_YEAR = (
    r"(?:(?:19|20)\d\d|['’]\d\d|(?:two thousand|twenty|nineteen)(?:[ -](?:and[ ])?(?:oh[ -])?(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|"
    r"twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)){1,2})"
)
DAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
AGE = (
    r"(?:\d{1,2}|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|twenty[- ](?:one|two|three|four|five|six|"
    r"seven|eight|nine)|thirty)"
)
FEASTS = r"(?:eid|ramadan|christmas|new year's|new year|ashura|nowruz|newroz)"
PATTERNS = tuple(
    (regex.compile(pattern, regex.IGNORECASE), what)
    for pattern, what in (
        (
            rf"\b(?:(?:on[ ])?{DAY},?[ ](?:the[ ])?)?(?:the[ ])?{ORDINAL}[ ](?:day[ ])?(?:of[ ])?{MONTH}\b(?:,?[ ](?:of[ ])?{SPOKEN_YEAR})?",
            "a day",
        ),
        (rf"\b(?:{DAY},?[ ])?{MONTH}[ ](?:the[ ])?{ORDINAL}(?!\d)\b(?:,?[ ]{SPOKEN_YEAR})?", "a day"),
        (rf"\b{MONTH},?[ ](?:of[ ])?(?:the[ ]year[ ])?{SPOKEN_YEAR}\b", "a month with a year"),
        (r"\b\d{1,2}[./\-]\d{1,2}[./\-](?:19|20)?\d\d\b|\b(?:19|20)\d\d-\d\d-\d\d\b", "a date in figures"),
        (
            rf"\b(?:born|birthday)[ ](?:is[ ]|was[ ])?(?:in|on)?[ ]?(?:the[ ])?(?:{ORDINAL}[ ](?:of[ ])?)?(?:{MONTH}[ ]?)?{SPOKEN_YEAR}",
            "a birthday",
        ),
        (
            rf"\b(?:first|second|third|last|\d+(?:st|nd|rd|th)|{ORDINAL})[ ]day[ ](?:of|after|before)[ ]{FEASTS}\b",
            "a day of a feast",
        ),
        (
            rf"\b{AGE}(?:[ ]years?[ ]old)?[ ]in[ ]{SPOKEN_YEAR}|\bin[ ]{SPOKEN_YEAR},?[ ](?:when[ ])?(?:I|he|she)[ ](?:was|am|is|turned)[ ]{AGE}\b",
            "an age in a year",
        ),
    )
)


def find_dates(text: str) -> Iterator[Found]:
    """Every date in the text that can be matched with a register; bare years and durations are none."""
    for pattern, what in PATTERNS:
        for match in pattern.finditer(text, timeout=2):
            yield match.start(), match.end(), what
