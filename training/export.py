"""The learned encoder -> an int8 ONNX file that onnxruntime reads, with its tokenizer beside it."""

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from review.language.encoding import CLS, MAX_QUESTION, MAX_TEXT, SEP
from training.encoder import Encoder

FREQUENT = 16_000
"""Of the vocabulary, which stands in order of frequency, so many words stay; and all that the corpus needs."""
SPECIAL = (0, 100, CLS, SEP, 103)
LONGEST = MAX_QUESTION + MAX_TEXT + 3


def export(encoder: Encoder, base: Path, texts: Iterable[str], out: Path) -> None:
    """Write `encoder.onnx` and `tokenizer.json` into `out`, with a vocabulary cut to what is needed."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    out.mkdir(parents=True, exist_ok=True)
    kept = _small_tokenizer(base / "tokenizer.json", texts, out / "tokenizer.json")
    encoder.words = ByteEmbedding(encoder.words.weight[kept])  # type: ignore[assignment]
    encoder.places = ByteEmbedding(encoder.places.weight[:LONGEST])  # type: ignore[assignment]
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        _to_onnx(encoder.eval(), full)
        quantize_dynamic(
            full, out / "encoder.onnx", weight_type=QuantType.QInt8, per_channel=True,
            op_types_to_quantize=["MatMul", "Gemm"],
        )  # fmt: skip


class ByteEmbedding(nn.Module):
    """Vectors in one byte per number with a scale per row: one scale for all would blur the rare ones."""

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        scale = weight.detach().abs().amax(dim=1, keepdim=True) / 127
        self.register_buffer("scale", scale)
        self.register_buffer("bytes", torch.round(weight.detach() / scale).to(torch.int8))

    def forward(self, ids: Tensor) -> Tensor:
        vectors: Tensor = functional.embedding(ids, self.bytes).to(torch.float32)
        return vectors * functional.embedding(ids, self.scale)


def _small_tokenizer(path: Path, texts: Iterable[str], out: Path) -> list[int]:
    """Write the tokenizer with a smaller vocabulary and return the rows that stay, in their new order.

    The special tokens keep their ids; unused places before them are filled with what is frequent.
    """
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    needed = {i for text in texts for i in tokenizer.encode(text).ids}
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    by_id = {i: word for word, i in content["model"]["vocab"].items()}
    wanted = [
        i for i, word in sorted(by_id.items())
        if i not in SPECIAL and word.isascii() and not word.startswith("[unused")
        and (i < FREQUENT or i in needed or word.startswith("##"))
    ]  # fmt: skip
    rows: list[int] = []
    rest = iter(wanted)
    while len(rows) <= max(SPECIAL):
        rows.append(len(rows) if len(rows) in SPECIAL else next(rest))
    rows += rest
    content["model"]["vocab"] = {by_id[old]: new for new, old in enumerate(rows)}
    content["padding"] = content["truncation"] = None
    out.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    return rows


def _to_onnx(encoder: Encoder, path: Path) -> None:
    ids = torch.ones(2, 16, dtype=torch.long)
    mask = torch.ones(2, 16)
    batch, length = torch.export.Dim("batch", min=1, max=256), torch.export.Dim("length", min=4, max=LONGEST)
    shape = {0: batch, 1: length}
    program = torch.onnx.export(
        encoder, (ids, torch.zeros_like(ids), mask), input_names=["ids", "kinds", "mask"],
        output_names=["tokens", "turn"], dynamic_shapes=(shape, shape, shape), dynamo=True, verbose=False,
    )  # fmt: skip
    if program is None:
        raise ValueError("the encoder could not be exported")
    program.save(str(path))
