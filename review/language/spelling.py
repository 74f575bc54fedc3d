"""One key for all spellings of a name: Cyrillic and Arabic letters, accents, and how Latin letters write a sound."""

import re
import unicodedata

CYRILLIC_LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяђјљњћџіїєґғқңөүұһәѓќѕ"
CYRILLIC_SOUNDS = (
    "a b v g d e e zh z i i k l m n o p r s t u f h ts ch sh sh - i - e yu ya dj j lj nj ch j i i e g g k n o u u h "
    "a g k z"
)
CYRILLIC = dict(zip(CYRILLIC_LETTERS, CYRILLIC_SOUNDS.split(), strict=True))
ARABIC_LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوىيةءأإآؤئپچژگک"
ARABIC_SOUNDS = "a b t th j h kh d z r z s sh s d t z a gh f k k l m n h u a i a - a i a u i p ch zh g k"
ARABIC = dict(zip(ARABIC_LETTERS, ARABIC_SOUNDS.split(), strict=True))
LATIN = {"č": "ch", "ć": "ch", "š": "sh", "ž": "zh", "đ": "dj", "ç": "ch", "ş": "sh", "ğ": "g", "ı": "i", "ë": "e"}
SAME_SOUND = (
    (re.compile("kh|gh"), "h"),
    (re.compile("dzh|dz|dj|gj|xh|zh|j"), "i"),
    (re.compile("tsh|tch|ch|sh|sch|ts"), "s"),
    (re.compile("ph"), "f"),
    (re.compile("th|dh"), "t"),
    (re.compile("ou|oo|ow|o|w"), "u"),
    (re.compile("ee|ei|ie|ey|y|ij"), "i"),
    (re.compile("ae|e"), "a"),
    (re.compile("q|ck|c"), "k"),
    (re.compile("v"), "u"),
)
ARABIC_LETTER = re.compile("[\u0600-\u06ff]")
VOWELS = re.compile("[aiu]")
ARTICLE = re.compile("^\u0648?\u0627\u0644")


def sound_of(word: str) -> str:
    """What the word sounds like, roughly: `Mohammed`, `Muhamed` and `Мухаммед` have the same."""
    plain = "".join(LATIN.get(c, CYRILLIC.get(c, ARABIC.get(c, c))) for c in word.lower())
    plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if c.isascii() and c.isalpha())
    for pattern, sound in SAME_SOUND:
        plain = pattern.sub(sound, plain)
    return re.sub(r"(.)\1+", r"\1", plain)


def consonants_of(word: str) -> str:
    """The sound without its vowels, which Arabic does not write."""
    return VOWELS.sub("", sound_of(ARTICLE.sub("", word)))


def is_arabic(word: str) -> bool:
    return ARABIC_LETTER.search(word) is not None
