"""The learned encoder -> an int8 ONNX file that onnxruntime reads, with what is to be known beside it."""

import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.encoder import Encoder
from training.examples import ITEMS, NARRATIVES

MAX_BYTES = 25_000_000


def export(encoder: Encoder, base: Path, out: Path, about: dict[str, Any]) -> Path:
    """Write `reader.onnx` (int8), `tokenizer.json` and `about.json` into `out`.

    Raises ValueError when the file is larger than the repository takes.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    out.mkdir(parents=True, exist_ok=True)
    encoder.words = ByteEmbedding(encoder.words.weight)  # type: ignore[assignment]
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        _to_onnx(encoder.eval(), full)
        target = out / "reader.onnx"
        quantize_dynamic(
            full, target, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul", "Gemm"]
        )
    if target.stat().st_size > MAX_BYTES:
        raise ValueError(f"{target.stat().st_size} bytes is more than {MAX_BYTES}")
    shutil.copyfile(base / "tokenizer.json", out / "tokenizer.json")
    _plain_tokenizer(out / "tokenizer.json")
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    facts = {"items": ITEMS, "narratives": NARRATIVES, "sha256": digest, **about}
    (out / "about.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    return target


class ByteEmbedding(nn.Module):
    """Word vectors in one byte per number with a scale per word: one scale for all would blur the rare ones."""

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        scale = weight.detach().abs().amax(dim=1, keepdim=True) / 127
        self.register_buffer("scale", scale)
        self.register_buffer("bytes", torch.round(weight.detach() / scale).to(torch.int8))

    def forward(self, ids: Tensor) -> Tensor:
        vectors: Tensor = functional.embedding(ids, self.bytes).to(torch.float32)
        return vectors * functional.embedding(ids, self.scale)


def _to_onnx(encoder: Encoder, path: Path) -> None:
    ids = torch.ones(2, 16, dtype=torch.long)
    mask = torch.ones(2, 16)
    batch, length = torch.export.Dim("batch", min=1, max=256), torch.export.Dim("length", min=4, max=512)
    shape = {0: batch, 1: length}
    program = torch.onnx.export(
        encoder, (ids, torch.zeros_like(ids), mask), input_names=["ids", "kinds", "mask"],
        output_names=["tokens", "window"], dynamic_shapes=(shape, shape, shape), dynamo=True, verbose=False,
    )  # fmt: skip
    if program is None:
        raise ValueError("the encoder could not be exported")
    program.save(str(path))


def _plain_tokenizer(path: Path) -> None:
    """Without padding and truncation: windows are cut by us."""
    content = json.loads(path.read_text(encoding="utf-8"))
    content["padding"] = content["truncation"] = None
    path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
