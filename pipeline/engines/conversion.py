"""CTranslate2 Whisper weights as an openai-whisper checkpoint: the same numbers under other names.

CTranslate2's `model.bin`, all little-endian (binary versions 5 and 6):

    u32 version | str spec | u32 revision | u32 n
    n x: str name | u8 rank | u32 dim[rank] | u8 dtype | u32 nbytes | bytes
    u32 n_aliases, n_aliases x: str alias | str target
    str = u16 length including a final NUL, then the bytes
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import WeightsError

Array = NDArray[Any]

BINARY_VERSIONS = (5, 6)
DTYPES = {0: "<f4", 1: "i1", 2: "<i2", 3: "<i4", 4: "<f2"}
"""CTranslate2's DataType numbers; 5 (bfloat16) has no numpy type and is refused."""

NOT_IN_OPENAI = frozenset({"decoder/projection/weight"})
"""An alias of the token embedding; openai-whisper ties the two itself."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What `whisper.load_model` reads from a file: sizes and named tensors."""

    dims: dict[str, int]
    state: dict[str, Array]


class _Reader:
    """A cursor over `model.bin`."""

    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.place = 0

    def number(self, code: str) -> int:
        (value,) = struct.unpack_from("<" + code, self.data, self.place)
        self.place += struct.calcsize("<" + code)
        return int(value)

    def text(self) -> str:
        return bytes(self.take(self.number("H"))).rstrip(b"\0").decode()

    def take(self, size: int) -> memoryview:
        piece = self.data[self.place : self.place + size]
        if len(piece) != size:
            raise ValueError("the file ends too early")
        self.place += size
        return piece

    def array(self) -> Array:
        shape = [self.number("I") for _ in range(self.number("B"))]
        dtype, size = self.number("B"), self.number("I")
        if dtype not in DTYPES:
            raise ValueError(f"number format {dtype} is not supported")
        return np.frombuffer(self.take(size), DTYPES[dtype]).reshape(shape)


def read_ctranslate2(path: Path) -> dict[str, Array]:
    """The variables of a CTranslate2 Whisper `model.bin`, by name.

    Raises WeightsError when the file is something else or is cut short.
    """
    try:
        return _variables(_Reader(memoryview(path.read_bytes())))
    except (OSError, ValueError, struct.error, UnicodeDecodeError) as error:
        raise WeightsError(f"{path.name} does not hold Whisper weights: {error}", "fetch the weights again") from None


def _variables(reader: _Reader) -> dict[str, Array]:
    version = reader.number("I")
    if version not in BINARY_VERSIONS:
        raise ValueError(f"CTranslate2 binary version {version} is not supported")
    if (spec := reader.text()) != "WhisperSpec":
        raise ValueError(f"it holds a {spec[:40]}")
    reader.number("I")  # revision of the spec: the same names in all that exist
    found = {}
    for _ in range(reader.number("I")):
        name = reader.text()
        found[name] = reader.array()
    for _ in range(reader.number("I")):
        alias, target = reader.text(), reader.text()
        found[alias] = found[target]
    if reader.place != len(reader.data):
        raise ValueError("there is more in it than expected")
    return found


class _Names:
    """Moves variables to their openai-whisper names and remembers which were used."""

    def __init__(self, variables: dict[str, Array]) -> None:
        self.variables = variables
        self.used: set[str] = set()
        self.state: dict[str, Array] = {}

    def get(self, name: str) -> Array:
        if name not in self.variables:
            raise WeightsError(f"weights without {name}: not a Whisper model", "fetch the weights again")
        self.used.add(name)
        value, scale = self.variables[name], self.variables.get(f"{name}_scale")
        if scale is None or value.dtype != np.int8:
            return value
        self.used.add(f"{name}_scale")  # int8 rows were multiplied by their scale
        rows = scale.astype(np.float32).reshape(-1, *[1] * (value.ndim - 1))
        return np.asarray(value.astype(np.float32) / rows)

    def linear(self, source: str, target: str) -> None:
        self.state[f"{target}.weight"] = self.get(f"{source}/weight")
        self.state[f"{target}.bias"] = self.get(f"{source}/bias")

    def norm(self, source: str, target: str) -> None:
        self.state[f"{target}.weight"] = self.get(f"{source}/gamma")
        self.state[f"{target}.bias"] = self.get(f"{source}/beta")

    def fused(self, source: str, target: str, parts: tuple[str, ...]) -> None:
        """CTranslate2 stacks the projections of one attention into one matrix."""
        weights = np.split(self.get(f"{source}/weight"), len(parts))
        biases = np.split(self.get(f"{source}/bias"), len(parts))
        for part, weight, bias in zip(parts, weights, biases, strict=True):
            self.state[f"{target}.{part}.weight"] = weight
            if part != "key":  # Whisper's key projection has no bias: CTranslate2 stores zeros
                self.state[f"{target}.{part}.bias"] = bias
            elif np.any(bias):
                raise WeightsError("key projection with a bias: not a Whisper model")

    def block(self, source: str, target: str, *, decoder: bool) -> None:
        self.norm(f"{source}/self_attention/layer_norm", f"{target}.attn_ln")
        self.fused(f"{source}/self_attention/linear_0", f"{target}.attn", ("query", "key", "value"))
        self.linear(f"{source}/self_attention/linear_1", f"{target}.attn.out")
        if decoder:
            self.norm(f"{source}/attention/layer_norm", f"{target}.cross_attn_ln")
            self.fused(f"{source}/attention/linear_0", f"{target}.cross_attn", ("query",))
            self.fused(f"{source}/attention/linear_1", f"{target}.cross_attn", ("key", "value"))
            self.linear(f"{source}/attention/linear_2", f"{target}.cross_attn.out")
        self.norm(f"{source}/ffn/layer_norm", f"{target}.mlp_ln")
        self.linear(f"{source}/ffn/linear_0", f"{target}.mlp.0")
        self.linear(f"{source}/ffn/linear_1", f"{target}.mlp.2")

    def left_over(self) -> list[str]:
        return [name for name, value in self.variables.items() if value.ndim and name not in self.used | NOT_IN_OPENAI]


def to_openai(variables: dict[str, Array]) -> Checkpoint:
    """The same weights under openai-whisper's names; float16 stays float16, int8 becomes float32.

    Raises WeightsError when a variable is missing or would be left over: a layout not understood
    would decode to nonsense.
    """
    names = _Names(variables)
    layers = {side: _count_layers(variables, side) for side in ("encoder", "decoder")}
    names.linear("encoder/conv1", "encoder.conv1")
    names.linear("encoder/conv2", "encoder.conv2")
    names.state["encoder.positional_embedding"] = names.get("encoder/position_encodings/encodings")
    names.norm("encoder/layer_norm", "encoder.ln_post")
    names.state["decoder.token_embedding.weight"] = names.get("decoder/embeddings/weight")
    names.state["decoder.positional_embedding"] = names.get("decoder/position_encodings/encodings")
    names.norm("decoder/layer_norm", "decoder.ln")
    for side, count in layers.items():
        for n in range(count):
            names.block(f"{side}/layer_{n}", f"{side}.blocks.{n}", decoder=side == "decoder")
    if left := names.left_over():
        raise WeightsError(f"weights with an unknown part {left[0]}: layout not understood")
    return Checkpoint(_dims(names, layers), names.state)


def _count_layers(variables: Iterable[str], side: str) -> int:
    found = set(variables)
    count = 0
    while f"{side}/layer_{count}/self_attention/linear_0/weight" in found:
        count += 1
    return count


def _dims(names: _Names, layers: dict[str, int]) -> dict[str, int]:
    vocabulary, text_state = names.state["decoder.token_embedding.weight"].shape
    audio_state, mels, _ = names.state["encoder.conv1.weight"].shape
    return {
        "n_mels": mels,
        "n_audio_ctx": names.state["encoder.positional_embedding"].shape[0],
        "n_audio_state": audio_state,
        "n_audio_head": int(names.get("encoder/num_heads")),
        "n_audio_layer": layers["encoder"],
        "n_vocab": vocabulary,
        "n_text_ctx": names.state["decoder.positional_embedding"].shape[0],
        "n_text_state": text_state,
        "n_text_head": int(names.get("decoder/num_heads")),
        "n_text_layer": layers["decoder"],
    }


def write_openai(model_bin: Path, out: Path) -> None:
    """Write the checkpoint that `whisper.load_model` reads, from a CTranslate2 `model.bin`.

    Raises WeightsError when the weights cannot be converted.
    """
    import torch

    made = to_openai(read_ctranslate2(model_bin))
    state = {name: torch.from_numpy(np.array(value)) for name, value in made.state.items()}
    torch.save({"dims": made.dims, "model_state_dict": state}, out)
