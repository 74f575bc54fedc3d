"""The learning loop: one encoder from some examples, with fixed seeds."""

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from review.language.encoding import Encoded, encode
from training.encoder import Encoder, frozen_parameters, load_pretrained
from training.examples import ITEMS, NARRATIVES, Example, vary

BATCH, RATE, HEAD_RATE = 16, 1.2e-4, 2e-3
TOKEN_WEIGHT, POSITIVE_WEIGHT = 1.0, 3.0
CLEAN_QUESTIONS = 0.2
"""Share of the interviewer's unlabelled turns that is seen in one pass."""

Batch = tuple[Tensor, Tensor, Tensor, Tensor, Tensor]


def learn(
    examples: list[Example], base: Path, *, epochs: int, seed: int = 7, start: dict[str, Tensor] | None = None
) -> Encoder:
    """An encoder that starts from the weights in `base`, or from `start`, and has seen every example `epochs` times."""
    random.seed(seed)
    torch.manual_seed(seed)
    dice = random.Random(seed)
    tokenizer = load_tokenizer(base)
    encoder = Encoder(len(ITEMS), len(NARRATIVES))
    load_pretrained(encoder, base)
    if start is not None:
        encoder.load_state_dict(start)
    for parameter in frozen_parameters(encoder):
        parameter.requires_grad_(False)
    heads = [encoder.token_head, encoder.look]
    head_parameters = [p for h in heads for p in h.parameters()] + [encoder.window_head, encoder.window_bias]
    known = {id(p) for p in head_parameters}
    body = [p for p in encoder.parameters() if p.requires_grad and id(p) not in known]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": RATE}, {"params": head_parameters, "lr": HEAD_RATE}], weight_decay=0.01, fused=True
    )
    steps = epochs * len(list(_batches(examples, tokenizer, random.Random(0))))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda n: min(1.0, (n + 1) / (0.08 * steps)) * max(0.02, 1 - n / steps)
    )
    encoder.train()
    for epoch in range(epochs):
        total = count = 0.0
        for batch in _batches(examples, tokenizer, dice):
            optimizer.zero_grad()
            loss = _loss(encoder, batch)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(body, 1.0)
            optimizer.step()
            schedule.step()
            total, count = total + float(loss.detach()), count + 1
        print(f"epoch {epoch + 1}/{epochs}: loss {total / max(1, count):.4f}", flush=True)
    return encoder.eval()


def load_tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer without the padding and truncation it was saved with."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def predict(
    encoder: Encoder, examples: list[Example], tokenizer: Tokenizer
) -> list[tuple[np.ndarray, np.ndarray, Encoded]]:
    """For each example: probabilities of the window, of each text token, and the tokens."""
    found = []
    with torch.no_grad():
        for example in examples:
            encoded = encode(example.window, tokenizer)
            ids, kinds, mask = (x[None] for x in _inputs(encoded, len(encoded.ids)))
            tokens, window = encoder(ids, kinds, mask)
            first = encoded.first
            text = torch.sigmoid(tokens[0, first : first + len(encoded.offsets)]).numpy()
            found.append((torch.sigmoid(window[0]).numpy(), text, encoded))
    return found


def _inputs(encoded: Encoded, length: int) -> tuple[Tensor, Tensor, Tensor]:
    ids = torch.zeros(length, dtype=torch.long)
    kinds = torch.zeros(length, dtype=torch.long)
    mask = torch.zeros(length)
    n = len(encoded.ids)
    ids[:n], kinds[:n] = torch.tensor(encoded.ids), torch.tensor(encoded.kinds)
    mask[:n] = 0.5
    mask[encoded.first : encoded.first + max(1, len(encoded.offsets))] = 1
    return ids, kinds, mask


def _batches(examples: list[Example], tokenizer: Tokenizer, dice: random.Random) -> Iterator[Batch]:
    """One pass in an order that keeps windows of like length together, so that little is padded."""
    chosen = [e for e in examples if not e.window.asked or e.labels or dice.random() < CLEAN_QUESTIONS]
    varied = [vary(e, dice) for e in chosen]
    pairs = [(encode(e.window, tokenizer), e) for e in varied]
    pairs.sort(key=lambda pair: len(pair[0].ids) + dice.random() * 12)
    groups = [pairs[i : i + BATCH] for i in range(0, len(pairs), BATCH)]
    dice.shuffle(groups)
    for group in groups:
        length = max(len(encoded.ids) for encoded, _ in group)
        parts = [(*_inputs(encoded, length), *_targets(encoded, example, length)) for encoded, example in group]
        ids, kinds, mask, tokens, window = (torch.stack(column) for column in zip(*parts, strict=True))
        yield ids, kinds, mask, tokens, window


def _targets(encoded: Encoded, example: Example, length: int) -> tuple[Tensor, Tensor]:
    tokens = torch.zeros(length, len(ITEMS))
    window = torch.zeros(len(ITEMS) + len(NARRATIVES))
    for item, start, end in example.labels:
        window[item] = 1
        for i, (a, b) in enumerate(encoded.offsets):
            if a < end and start < b:
                tokens[encoded.first + i, item] = 1
    for narrative in example.narratives:
        window[len(ITEMS) + narrative] = 1
    return tokens, window


def _loss(encoder: Encoder, batch: Batch) -> Tensor:
    ids, kinds, mask, wanted_tokens, wanted_window = batch
    tokens, window = encoder(ids, kinds, mask)
    positive = torch.tensor(POSITIVE_WEIGHT)
    by_token = functional.binary_cross_entropy_with_logits(tokens, wanted_tokens, reduction="none", pos_weight=positive)
    inside = (mask == 1).float()[:, :, None]
    token_loss = (by_token * inside).sum() / inside.sum()
    window_loss = functional.binary_cross_entropy_with_logits(window, wanted_window, pos_weight=positive)
    return TOKEN_WEIGHT * token_loss + window_loss
