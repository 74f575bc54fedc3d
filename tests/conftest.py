"""What every test may use, and what no test may touch."""

from pathlib import Path

import pytest

DATA = Path(__file__).parent / "data"


@pytest.fixture
def data() -> Path:
    """The folder of small real recordings."""
    return DATA


@pytest.fixture(scope="session")
def weights_base() -> Path:
    """The folder of the base model's weights; `make test` fetches them."""
    from pipeline.weights import find_weights

    return find_weights("base").folder
