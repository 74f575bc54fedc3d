"""How often a test that gets better by repetition repeats: a little at a desk, more on CI, in full when asked for."""

import os

THOROUGH = "COUNTERCLIP_THOROUGH"
"""Environment variable of `make test-thorough`: the numbers that were promised; the suite then takes twice as long."""


def how_often(*, at_a_desk: int, on_ci: int, in_full: int) -> int:
    if os.environ.get(THOROUGH):
        return in_full
    return on_ci if os.environ.get("CI") else at_a_desk
