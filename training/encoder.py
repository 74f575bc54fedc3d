"""The encoder (BERT as in all-MiniLM-L6-v2) with two heads: one per token, one per turn.

Its lower half keeps the pretrained weights, so what comes out of it is computed once and kept while the rest learns.
"""

import json
import struct
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

WIDTH, HEADS, LAYERS, INNER, VOCABULARY, PLACES, KINDS = 384, 12, 6, 1536, 30522, 512, 4
FROZEN = 4
"""Lowest layers that keep the pretrained weights: two thirds of the time saved, and less to forget."""


class Layer(nn.Module):
    """One transformer layer, post-norm as in BERT."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.query = nn.Linear(WIDTH, WIDTH)
        self.key = nn.Linear(WIDTH, WIDTH)
        self.value = nn.Linear(WIDTH, WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm_attention = nn.LayerNorm(WIDTH, eps=1e-12)
        self.up = nn.Linear(WIDTH, INNER)
        self.down = nn.Linear(INNER, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = dropout

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        batch, length, _ = x.shape

        def split(y: Tensor) -> Tensor:
            return y.view(batch, length, HEADS, WIDTH // HEADS).transpose(1, 2)

        q, k, v = split(self.query(x)), split(self.key(x)), split(self.value(x))
        weights = functional.softmax(q @ k.transpose(2, 3) / (WIDTH // HEADS) ** 0.5 + bias, dim=-1)
        mixed = (weights @ v).transpose(1, 2).reshape(batch, length, WIDTH)
        x = self.norm_attention(x + _drop(self.out(mixed), self.dropout, self.training))
        y: Tensor = self.norm(x + _drop(self.down(functional.gelu(self.up(x))), self.dropout, self.training))
        return y


class Encoder(nn.Module):
    """ids, kinds, mask -> logits per token and per turn.

    `mask` is 1 on the text, 0.5 on its question, 0 on padding; `kinds` tells question from answer.
    """

    def __init__(self, token_items: int, turn_items: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, WIDTH)
        self.places = nn.Embedding(PLACES, WIDTH)
        self.kinds = nn.Embedding(KINDS, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))
        self.token_head = nn.Linear(WIDTH, token_items)
        self.look = nn.Linear(WIDTH, turn_items)
        self.turn_head = nn.Parameter(torch.zeros(turn_items, WIDTH))
        self.turn_bias = nn.Parameter(torch.full((turn_items,), -2.0))
        nn.init.constant_(self.token_head.bias, -4.0)

    def forward(self, ids: Tensor, kinds: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        return self.upper(self.lower(ids, mask), kinds, mask)

    def lower(self, ids: Tensor, mask: Tensor) -> Tensor:
        """The half that keeps its weights."""
        places = torch.arange(ids.shape[1], device=ids.device)
        x: Tensor = self.norm(self.words(ids) + self.places(places)[None])
        for layer in self.layers[:FROZEN]:
            x = layer(x, _unseen(mask))
        return x

    def upper(self, x: Tensor, kinds: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """The half that learns, and the heads."""
        x = x + self.kinds(kinds)
        for layer in self.layers[FROZEN:]:
            x = layer(x, _unseen(mask))
        tokens = self.token_head(x)
        outside = (mask < 1).to(x.dtype)[:, :, None] * 10000.0
        attention = functional.softmax(self.look(x) - outside, dim=1)
        pooled = attention.transpose(1, 2) @ x
        return tokens, (pooled * self.turn_head[None]).sum(dim=2) + self.turn_bias


def _unseen(mask: Tensor) -> Tensor:
    return (mask == 0).to(torch.float32)[:, None, None, :] * -10000.0


def _drop(x: Tensor, share: float, learning: bool) -> Tensor:
    """Dropout of whole features of a turn: as good here, and far less dice to throw on a CPU."""
    if not learning or share == 0:
        return x
    kept = torch.rand(x.shape[0], 1, x.shape[2], device=x.device) >= share
    return x * (kept.to(x.dtype) / (1 - share))


def frozen_parameters(encoder: Encoder) -> list[nn.Parameter]:
    """What keeps its pretrained value: word and place vectors, and the lowest layers."""
    parts: list[nn.Module] = [encoder.words, encoder.places, encoder.norm, *encoder.layers[:FROZEN]]
    return [p for part in parts for p in part.parameters()]


def load_pretrained(encoder: Encoder, folder: Path) -> None:
    """Take over the weights in `folder/model.safetensors`; kinds start as nothing."""
    weights = _read_safetensors(folder / "model.safetensors")
    names = {
        "words.weight": "embeddings.word_embeddings.weight",
        "places.weight": "embeddings.position_embeddings.weight",
        "norm.weight": "embeddings.LayerNorm.weight",
        "norm.bias": "embeddings.LayerNorm.bias",
    }
    parts = {
        "query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value",
        "out": "attention.output.dense", "norm_attention": "attention.output.LayerNorm",
        "up": "intermediate.dense", "down": "output.dense", "norm": "output.LayerNorm",
    }  # fmt: skip
    for n in range(LAYERS):
        for ours, theirs in parts.items():
            for kind in ("weight", "bias"):
                names[f"layers.{n}.{ours}.{kind}"] = f"encoder.layer.{n}.{theirs}.{kind}"
    state = {ours: weights[theirs] for ours, theirs in names.items()}
    state["words.weight"] = state["words.weight"] + weights["embeddings.token_type_embeddings.weight"][:1]
    state["kinds.weight"] = torch.zeros(KINDS, WIDTH)
    encoder.load_state_dict(state, strict=False)


def _read_safetensors(path: Path) -> dict[str, Tensor]:
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    found = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        start, end = entry["data_offsets"]
        values = np.frombuffer(data[8 + length + start : 8 + length + end], dtype="<f4").copy()
        found[name] = torch.from_numpy(values.reshape(entry["shape"]))
    return found
