"""Nouns to JSON and back, and the digests that approvals are bound to (RFC 8785, SHA-256)."""

import hashlib
import json
import unicodedata
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import rfc8785
from pydantic import TypeAdapter, ValidationError

from pipeline.domain import CutPlan, Transcript
from pipeline.errors import PipelineError

Noun = TypeVar("Noun")

Json = Any
"""What json.loads gives: the only place where a noun is not a noun."""


LATER = frozenset({"voice", "lower_thirds", "framings", "revoicing", "sdh", "notes", "sources", "looks"})
"""Fields of a plan that came after the first plans were signed."""

_adapters: dict[Any, TypeAdapter[Any]] = {}


def _adapter(kind: Any) -> TypeAdapter[Any]:
    """Building one takes milliseconds, using it microseconds."""
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def to_json(noun: object) -> Json:
    """A noun as plain JSON values; fractions as `25/1`, dates as ISO text."""
    return _adapter(type(noun)).dump_python(noun, mode="json")


def to_text(noun: object) -> str:
    return json_text(to_json(noun))


def json_text(document: Json) -> str:
    """As short as JSON can be."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def from_json(kind: type[Noun], value: Json) -> Noun:
    """The noun that `to_json` wrote.

    Raises PipelineError naming the field, never its value, when it does not fit.
    """
    try:
        made: Noun = _adapter(kind).validate_python(value)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise PipelineError(f"not a {kind.__name__}: {place}: {first['msg']}") from None
    return made


def from_text(kind: type[Noun], text: str) -> Noun:
    return from_json(kind, json.loads(text))


def canonical_bytes(document: Json) -> bytes:
    """RFC 8785 bytes of a JSON value; its texts in Unicode NFC, because RFC 8785 leaves them alone."""
    return bytes(rfc8785.dumps(_normalised(document)))


def document_sha256(kind: str, document: Json) -> str:
    """SHA-256 of a document, with its kind in front so that one kind can never pass for another."""
    return hashlib.sha256(f"counterclip/{kind}/v1\n".encode() + canonical_bytes(document)).hexdigest()


def text_sha256(text: str) -> str:
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, read once in bounded memory."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _normalised(value: Json) -> Json:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {_normalised(k): _normalised(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_normalised(v) for v in value]
    return value


def plan_sha256(plan: CutPlan) -> str:
    """Digest of the whole plan, this version: a permit names it, and a render compares it."""
    return document_sha256("plan", plan_json(plan))


def plan_json(plan: CutPlan) -> Json:
    """A plan as it is signed: a field that came later is left out while it says nothing.

    What was signed or recalled before there was such a field stays what it was.
    """
    said = {f.name for f in fields(plan) if f.name not in LATER or getattr(plan, f.name) != f.default}
    return {name: value for name, value in to_json(plan).items() if name in said}


def transcript_json(transcript: Transcript) -> Json:
    """A transcript as digests know it: doubts came later, and are left out where there are none."""
    document = to_json(transcript)
    return {name: value for name, value in document.items() if name != "doubts" or value}
