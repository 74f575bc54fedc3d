"""Two hundred pairs of sentences that differ in one thing: who did it, or whether it happened."""

from collections.abc import Iterator

ACTS = (
    # base form, past, participle, what it is done to
    ("kill", "killed", "killed", "two prisoners"),
    ("shoot", "shot", "shot", "the policeman"),
    ("beat", "beat", "beaten", "a smoker with a hose"),
    ("behead", "beheaded", "beheaded", "the hostage"),
    ("torture", "tortured", "tortured", "a man in the cellar"),
    ("arrest", "arrested", "arrested", "people in the market"),
    ("burn", "burned", "burned", "the house with them inside"),
    ("plant", "planted", "planted", "a bomb near the bridge"),
    ("attack", "attacked", "attacked", "the checkpoint"),
    ("join", "joined", "joined", "the Islamic State"),
    ("swear", "swore", "sworn", "allegiance to the emir"),
    ("recruit", "recruited", "recruited", "boys from the school"),
    ("translate", "translated", "translated", "their propaganda videos"),
    ("collect", "collected", "collected", "money for the fighters"),
    ("smuggle", "smuggled", "smuggled", "medicine to the fighters"),
    ("carry", "carried", "carried", "a Kalashnikov"),
    ("wear", "wore", "worn", "an explosive belt"),
    ("loot", "looted", "looted", "the shops of the Christians"),
    ("buy", "bought", "bought", "a slave in the market"),
    ("cross", "crossed", "crossed", "the border at night with a smuggler"),
)


def minimal_pairs() -> Iterator[tuple[str, str]]:
    """(an admission, the same sentence with one change that makes it none)."""
    for base, past, participle, thing in ACTS:
        admission = f"I {past} {thing}."
        yield admission, f"My neighbour {past} {thing}."
        yield admission, f"They {past} {thing} while I was at home."
        yield admission, f"I never {past} {thing}."
        yield f"In the end I did {base} {thing}.", f"In the end I did not {base} {thing}."
        yield f"They wanted it and I {past} {thing}.", f"They wanted it and I refused to {base} {thing}."
        yield f"Because I stayed, I {past} {thing}.", f"If I had stayed, I would have {participle} {thing}."
        yield f"I went there and {past} {thing}.", f"He wanted me to go there and {base} {thing}, but I did not."
        yield f"It is true that I {past} {thing}.", f"People say that I {past} {thing}, but it is a lie."
        yield f"I told the judge that I {past} {thing}.", f"The man told the judge, I {past} {thing}."
        yield f"I had {participle} {thing} before that.", f"I was afraid that one day I might {base} {thing}."
