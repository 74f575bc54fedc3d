"""How much may be typed for a plan, at the command line and in its form alike: what one takes, the other saves."""

MOST_LOWER_THIRDS = 40
LONGEST_LOWER_THIRDS = 8_000
"""Characters; so many lower thirds of the longest text, with their times, fit in."""

MOST_SOUNDS = 60
LONGEST_SOUNDS = 8_000
"""Characters; so many sounds of the longest text, with their recording and times, fit in."""

MOST_MIDDLES = 200
LONGEST_MIDDLES = 20_000
"""Characters; each kept span shows one more than was typed."""

LONGEST_NOTE = 400
"""Characters of a text on a card."""
