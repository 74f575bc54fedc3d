"""The learned encoder -> an int8 ONNX file that onnxruntime reads, with what is to be known beside it."""

import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import torch

from training.encoder import Encoder
from training.examples import ITEMS, NARRATIVES

MAX_BYTES = 25_000_000


def export(encoder: Encoder, base: Path, out: Path, about: dict[str, Any]) -> Path:
    """Write `reader.onnx` (int8), `tokenizer.json` and `about.json` into `out`.

    Raises ValueError when the file is larger than the repository takes.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        _to_onnx(encoder.eval(), full)
        target = out / "reader.onnx"
        quantize_dynamic(
            full,
            target,
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gemm", "Gather"],
        )
    if target.stat().st_size > MAX_BYTES:
        raise ValueError(f"{target.stat().st_size} bytes is more than {MAX_BYTES}")
    shutil.copyfile(base / "tokenizer.json", out / "tokenizer.json")
    _plain_tokenizer(out / "tokenizer.json")
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    facts = {"items": ITEMS, "narratives": NARRATIVES, "sha256": digest, **about}
    (out / "about.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    return target


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
