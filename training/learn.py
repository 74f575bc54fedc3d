"""The learning loop: one encoder from some examples, with fixed seeds."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from review.language.encoding import Encoded, encode
from training.encoder import Encoder, frozen_parameters, load_pretrained
from training.examples import TOKEN_ITEMS, TURN_ITEMS, Example, spoken

BATCH, RATE, HEAD_RATE, EPOCHS = 16, 1.5e-4, 2e-3, 3
POSITIVE_WEIGHT, TURN_WEIGHT = 3.0, 10.0
CLEAN_QUESTIONS = 0.15
"""Share of the interviewer's unlabelled turns that is seen in one pass."""
SPOKEN = 0.17
"""Share of turns that is seen as recognition writes them: no punctuation."""
EVIDENCE = tuple(i for i in TURN_ITEMS if not i.startswith("narrative.")) + TOKEN_ITEMS
"""Items that are learned token by token: all that have places in the corpus."""
PRESENT = TURN_ITEMS + TOKEN_ITEMS
"""Items and narratives that are learned turn by turn."""
SEED = 7


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """An example in tokens, with what the lower half of the encoder makes of it and what is to be learned."""

    example: Example
    encoded: Encoded
    lower: NDArray[np.float16]
    tokens: NDArray[np.float32]
    present: NDArray[np.float32]


Both = tuple[Prepared, Prepared]
"""An example as written and as spoken."""


def load_tokenizer(folder: Path) -> Any:
    """The tokenizer without the padding and truncation it was saved with."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def prepare(examples: Sequence[Example], base: Path) -> list[Both]:
    """Each example as written and as spoken, through the half of the encoder that does not learn."""
    tokenizer = load_tokenizer(base)
    encoder = Encoder(len(EVIDENCE), len(PRESENT)).eval()
    load_pretrained(encoder, base)
    both = [e for example in examples for e in (example, spoken(example))]
    encoded = [encode(e.text, e.question, not e.is_answer, tokenizer) for e in both]
    lower: dict[int, NDArray[np.float16]] = {}
    order = sorted(range(len(both)), key=lambda i: len(encoded[i].ids))
    with torch.no_grad():
        for first in range(0, len(order), 32):
            rows = order[first : first + 32]
            length = max(len(encoded[i].ids) for i in rows)
            ids, _, mask = (torch.stack(x) for x in zip(*(_inputs(encoded[i], length) for i in rows), strict=True))
            out = encoder.lower(ids, mask).numpy().astype(np.float16)
            lower |= {i: out[k, : len(encoded[i].ids)].copy() for k, i in enumerate(rows)}
    ready = [Prepared(e, encoded[i], lower[i], *_targets(encoded[i], e)) for i, e in enumerate(both)]
    return list(zip(ready[::2], ready[1::2], strict=True))


def learn(prepared: Sequence[Both], base: Path, epochs: int = EPOCHS) -> Encoder:
    """An encoder that starts from the weights in `base` and has seen every example `epochs` times."""
    torch.manual_seed(SEED)
    dice = random.Random(SEED)
    encoder = Encoder(len(EVIDENCE), len(PRESENT))
    load_pretrained(encoder, base)
    optimizer = _optimizer(encoder)
    steps = epochs * len(list(_batches(prepared, random.Random(0))))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda n: min(1.0, (n + 1) / (0.08 * steps)) * max(0.02, 1 - n / steps)
    )
    encoder.train()
    for epoch in range(epochs):
        losses = []
        for batch in _batches(prepared, dice):
            optimizer.zero_grad()
            loss = _loss(encoder, batch)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(encoder.layers.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(float(loss.detach()))
        print(f"pass {epoch + 1} of {epochs}: loss {np.mean(losses):.4f}", flush=True)
    return encoder.eval()


def predict(encoder: Encoder, prepared: Sequence[Prepared]) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """For each example: log-odds of the turn's items, and of each text token's."""
    found = []
    with torch.no_grad():
        for p in prepared:
            length = len(p.encoded.ids)
            _, kinds, mask = (x[None] for x in _inputs(p.encoded, length))
            tokens, turn = encoder.upper(torch.from_numpy(p.lower.astype(np.float32))[None], kinds, mask)
            first = p.encoded.first
            found.append((turn[0].numpy(), tokens[0, first : first + len(p.encoded.offsets)].numpy()))
    return found


def _optimizer(encoder: Encoder) -> torch.optim.Optimizer:
    for parameter in frozen_parameters(encoder):
        parameter.requires_grad_(False)
    heads = [*encoder.token_head.parameters(), *encoder.look.parameters(), encoder.turn_head, encoder.turn_bias]
    known = {id(p) for p in heads}
    body = [p for p in encoder.parameters() if p.requires_grad and id(p) not in known]
    groups = [{"params": body, "lr": RATE}, {"params": heads, "lr": HEAD_RATE}]
    return torch.optim.AdamW(groups, weight_decay=0.01)


def _inputs(encoded: Encoded, length: int) -> tuple[Tensor, Tensor, Tensor]:
    ids = torch.zeros(length, dtype=torch.long)
    kinds = torch.zeros(length, dtype=torch.long)
    mask = torch.zeros(length)
    n = len(encoded.ids)
    ids[:n], kinds[:n] = torch.tensor(encoded.ids), torch.tensor(encoded.kinds)
    mask[:n] = 0.5
    mask[encoded.first : encoded.first + max(1, len(encoded.offsets))] = 1
    return ids, kinds, mask


def _batches(prepared: Sequence[Both], dice: random.Random) -> Iterator[tuple[Tensor, ...]]:
    """One pass in an order that keeps turns of like length together, so that little is padded."""
    chosen = [
        said if dice.random() < SPOKEN else written
        for written, said in prepared
        if written.example.is_answer or written.example.labels or dice.random() < CLEAN_QUESTIONS
    ]
    chosen.sort(key=lambda p: len(p.encoded.ids) + dice.random() * 12)
    groups = [chosen[i : i + BATCH] for i in range(0, len(chosen), BATCH)]
    dice.shuffle(groups)
    for group in groups:
        length = max(len(p.encoded.ids) for p in group)
        columns = zip(*(_padded(p, length) for p in group), strict=True)
        yield tuple(torch.stack(column) for column in columns)


def _padded(p: Prepared, length: int) -> tuple[Tensor, ...]:
    _, kinds, mask = _inputs(p.encoded, length)
    lower = torch.zeros(length, p.lower.shape[1])
    lower[: len(p.lower)] = torch.from_numpy(p.lower.astype(np.float32))
    tokens, counts = torch.zeros(length, len(EVIDENCE)), torch.zeros(length, len(EVIDENCE))
    inside = slice(p.encoded.first, p.encoded.first + len(p.encoded.offsets))
    tokens[inside] = torch.from_numpy(p.tokens)
    counts[inside] = 1
    if not p.example.names_marked:
        counts[:, -len(TOKEN_ITEMS) :] = 0
    return lower, kinds, mask, tokens, counts, torch.from_numpy(p.present)


def _targets(encoded: Encoded, example: Example) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    tokens = np.zeros((len(encoded.offsets), len(EVIDENCE)), dtype=np.float32)
    present = np.zeros(len(PRESENT), dtype=np.float32)
    for item, start, end in example.labels:
        present[PRESENT.index(item)] = 1
        inside = [i for i, (a, b) in enumerate(encoded.offsets) if a < end and start < b]
        tokens[inside, EVIDENCE.index(item)] = 1
    for narrative in example.narratives:
        present[PRESENT.index(narrative)] = 1
    return tokens, present


def _loss(encoder: Encoder, batch: tuple[Tensor, ...]) -> Tensor:
    lower, kinds, mask, wanted_tokens, counts, wanted_turn = batch
    tokens, turn = encoder.upper(lower, kinds, mask)
    positive = torch.tensor(POSITIVE_WEIGHT)
    by_token = functional.binary_cross_entropy_with_logits(tokens, wanted_tokens, reduction="none", pos_weight=positive)
    token_loss = (by_token * counts).sum() / (counts.sum() / len(EVIDENCE))
    return token_loss + TURN_WEIGHT * functional.binary_cross_entropy_with_logits(
        turn, wanted_turn, pos_weight=positive
    )
