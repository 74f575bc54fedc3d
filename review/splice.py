"""When what was cut out between two passages could turn their meaning round (pure).

A cut must never make someone say what he did not say (`domain.md`, rule 10): negations, conditions
and who is spoken about, near either edge of what was removed, are pointed out to the people who sign.
"""

import re
from collections.abc import Sequence

EDGE_WORDS = 12
"""How far from an edge a word still belongs to the sentence that stays."""

SIGNS = {
    "a negation": re.compile(
        r"\b(not|n['’]t|never|no|none|nobody|nothing|neither|nor|without|hardly|refus\w+|"
        r"ne|pas|jamais|rien|nie|nicht|kein\w*|nikad\w*|nisam|nije|не|нет|никогда|değil|hayır|asla|"
        r"لا|لم|لن|ليس|ما|jo|nuk|mos|kurrë)\b|\w+n['’]t\b",
        re.IGNORECASE,
    ),
    "a condition": re.compile(
        r"\b(if|unless|would|could|might|maybe|perhaps|suppose|imagine|almost|si|peut-être|wenn|vielleicht|ako|možda|"
        r"если|бы|может|eğer|belki|لو|إذا|ربما|nëse|ndoshta)\b",
        re.IGNORECASE,
    ),
    "who said or did it": re.compile(
        r"\b(he|she|they|my (?:friend|brother|cousin|commander)|the (?:emir|others|guards|group)|said|told|asked|"
        r"il|elle|ils|er|sie|on|oni|она|они|он|هو|هي|هم|ai|ata)\b",
        re.IGNORECASE,
    ),
}


def splice_warnings(removed: Sequence[str]) -> tuple[str, ...]:
    """What kinds of words that carry the meaning lie near an edge of the removed words."""
    near = " ".join(removed if len(removed) <= 2 * EDGE_WORDS else [*removed[:EDGE_WORDS], *removed[-EDGE_WORDS:]])
    return tuple(kind for kind, sign in SIGNS.items() if sign.search(near))
