"""How a reviewer wants material shown to him: kept in his own browser, read when a page is made."""

from collections.abc import Mapping
from dataclasses import dataclass

COOKIE = "look"


@dataclass(frozen=True, slots=True)
class Look:
    """One choice of the wellbeing page."""

    name: str
    title: str
    why: str


LOOKS = (
    Look("muted", "Start muted", "Read first; turn the sound on when you are ready."),
    Look("grey", "Show the picture in grey", "Colour makes violence harder to look at."),
    Look("small", "Show the picture small", "It is there when you need it, at the edge."),
    Look("blurred", "Start with the picture hidden", "The voice only, until you ask for the picture."),
    Look("warned", "Stop before graphic passages", "Playing stops and says what comes; you decide to go on."),
    Look("light", "Always light", "Whatever this computer prefers."),
    Look("dark", "Always dark", "Whatever this computer prefers."),
)


def chosen_look(cookies: Mapping[str, str]) -> tuple[str, ...]:
    """The names chosen; anything else in the cookie is passed over."""
    named = set(cookies.get(COOKIE, "").split("."))
    return tuple(look.name for look in LOOKS if look.name in named)
