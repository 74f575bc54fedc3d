"""Tensors out of a file that `torch.save` wrote before 2020: read without torch, whose import takes two seconds.

Such a file is four pickles (magic number, version, platform, the object), a fifth with the keys of its storages,
and then each storage: its length as 64-bit integer and its numbers, little-endian. Only the names that a dictionary of
tensors needs are looked up; anything else is refused.
"""

import pickle
import struct
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import WeightsError

PICKLES_BEFORE = 3
TYPES = {"FloatStorage": "<f4", "LongStorage": "<i8"}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the numbers of one tensor lie."""

    storage: str
    offset: int
    shape: tuple[int, ...]


class _Names(pickle.Unpickler):
    """Finds only what a dictionary of tensors is made of."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(stream)
        self.types: dict[str, str] = {}

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, offset, shape, *_: _Place(storage, offset, tuple(shape))
        if module == "torch" and name in TYPES:
            return TYPES[name]
        raise pickle.UnpicklingError(f"{module}.{name} is not for reading tensors")

    def persistent_load(self, pid: Any) -> str:
        _, kind, key, *_ = pid
        self.types[key] = kind
        return str(key)


def read_tensors(path: Path, part: str) -> Mapping[str, NDArray[Any]]:
    """The tensors of one dictionary in the file, by name.

    Raises WeightsError when the file is not of this kind.
    """
    try:
        with path.open("rb") as stream:
            for _ in range(PICKLES_BEFORE):
                _Names(stream).load()
            names = _Names(stream)
            found = names.load()[part]
            numbers = {key: _numbers(stream, names.types[key]) for key in _Names(stream).load()}
    except (pickle.UnpicklingError, KeyError, ValueError, struct.error, EOFError) as error:
        raise WeightsError(f"{path.name} holds no tensors that can be read", str(error)) from None
    return {name: _shaped(place, numbers[place.storage]) for name, place in found.items()}


def _numbers(stream: BinaryIO, kind: str) -> NDArray[Any]:
    (count,) = struct.unpack("<q", stream.read(8))
    return np.frombuffer(stream.read(count * np.dtype(kind).itemsize), kind)


def _shaped(place: _Place, numbers: NDArray[Any]) -> NDArray[Any]:
    size = int(np.prod(place.shape))
    return numbers[place.offset : place.offset + size].reshape(place.shape)
