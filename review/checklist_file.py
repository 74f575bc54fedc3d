"""Reading one checklist file, so that every mistake can be told with file, line, item and remedy."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import yaml

from pipeline.errors import TranscriptFormatError

MAX_BYTES = 2_000_000
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The C reader where PyYAML was built with it: ten times as fast, same marks."""
FIELDS = frozenset(
    [
        "id",
        "title",
        "look_for",
        "why",
        "action",
        "before_trial",
        "severity",
        "says",
        "found_by",
        "own_acts_only",
        "escalate",
        "phrases",
        "acts",
        "asked",
        "not_when",
        "must_fire",
        "must_not_fire",
    ]
)
Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Entry:
    """A mapping in a checklist file with the lines it stands on."""

    file: str
    id: str
    line: int
    fields: dict[str, yaml.Node]

    def error(self, field: str, wrong: str, allowed: str, line: int = 0) -> TranscriptFormatError:
        """What is wrong in this entry, where (the field's line when none is given), and what may stand there."""
        node = self.fields.get(field)
        line = line or (node.start_mark.line + 1 if node else self.line)
        item = f"item {self.id}, " if self.id else ""
        return TranscriptFormatError(f"{self.file}, line {line}: {item}{field}: {wrong}", f"allowed there: {allowed}")

    def text(self, field: str, default: str | None = None) -> str:
        """A text; without a default it must be there and not be empty."""
        node = self.fields.get(field)
        if node is None and default is not None:
            return default
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            raise self.error(field, "a text is missing here", "one sentence")
        return " ".join(str(node.value).split())

    def texts(self, field: str) -> list[tuple[str, int]]:
        """A list of texts with the line of each; empty when the field is absent."""
        found = []
        for node in self._list(field):
            if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
                raise self.error(field, f"line {node.start_mark.line + 1} is not a text", "a list of texts")
            found.append((str(node.value), node.start_mark.line + 1))
        return found

    def yes(self, field: str) -> bool:
        """`yes` or `no`; no when absent."""
        value = self.text(field, "no").lower()
        if value not in ("yes", "no", "true", "false"):
            raise self.error(field, "neither yes nor no", "yes, no")
        return value in ("yes", "true")

    def one_of(self, field: str, words: type[Word], default: Word | None = None) -> Word:
        """One of the words of an enumeration."""
        return self._word(field, self.text(field, default), words)

    def each_of(self, field: str, words: type[Word]) -> list[Word]:
        """A list of words of an enumeration, at least one."""
        found = [self._word(field, text, words) for text, _ in self.texts(field)]
        if not found:
            raise self.error(field, "nothing stands here", f"a list of: {', '.join(words)}")
        return found

    def entries(self, field: str, known: set[str], plain: str = "") -> Iterator["Entry"]:
        """A list of mappings; a bare text stands for a mapping with only the field `plain`."""
        for node in self._list(field):
            line = node.start_mark.line + 1
            if plain and isinstance(node, yaml.ScalarNode):
                yield Entry(self.file, self.id, line, {plain: node})
            else:
                yield _entry(self.file, node, known, self.id)

    def _list(self, field: str) -> list[yaml.Node]:
        node = self.fields.get(field)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            raise self.error(field, "this is not a list", "a list, one entry a line with - before it")
        return list(node.value)

    def _word(self, field: str, text: str, words: type[Word]) -> Word:
        try:
            return words(text)
        except ValueError:
            raise self.error(field, f"{text!r} is not known", ", ".join(words)) from None


def read_entries(path: Path) -> tuple[list[Entry], bytes]:
    """The items of a file and its bytes.

    Raises TranscriptFormatError when it cannot be read as a list of items.
    """
    name = path.name
    try:
        content = path.read_bytes()
        if len(content) > MAX_BYTES:
            raise TranscriptFormatError(f"{name}: larger than {MAX_BYTES} bytes", "split it into several files")
        text = content.decode("utf-8")
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=LOADER)):
            raise TranscriptFormatError(f"{name}: holds an alias (*name)", "write every entry out")
        root = yaml.compose(text, Loader=LOADER)
    except (OSError, UnicodeDecodeError) as error:
        raise TranscriptFormatError(f"{name}: cannot be read: {type(error).__name__}", "a UTF-8 file") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise TranscriptFormatError(f"{name}, line {line}: {error.problem}", "check indentation and quotes") from None
    except RecursionError:
        raise TranscriptFormatError(
            f"{name}: too deeply nested", "a list of items, as in the checklist's own"
        ) from None
    except yaml.YAMLError:
        raise TranscriptFormatError(f"{name}: not YAML", "check for control characters") from None
    if not isinstance(root, yaml.SequenceNode):
        raise TranscriptFormatError(f"{name}, line 1: not a list of items", "start every item with `- id:`")
    return [_checked(_entry(name, node, FIELDS)) for node in root.value], content


def _checked(entry: Entry) -> Entry:
    family, _, rest = entry.id.partition(".")
    if not (family.isidentifier() and rest.isidentifier()):
        raise entry.error("id", f"{entry.id!r} is not an id", "family.name in small letters, digits and _")
    return entry


def _entry(file: str, node: yaml.Node, known: "set[str] | frozenset[str]", item: str = "") -> Entry:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode):
        raise TranscriptFormatError(f"{file}, line {line}: not an item", f"fields known: {', '.join(sorted(known))}")
    fields: dict[str, yaml.Node] = {}
    for key, value in node.value:
        if isinstance(key, yaml.ScalarNode) and key.value == "id" and not item:
            item = str(value.value) if isinstance(value, yaml.ScalarNode) else ""
    for key, value in node.value:
        name = str(key.value)
        where = f"{file}, line {key.start_mark.line + 1}: item {item or '(without id)'}: "
        if name not in known:
            raise TranscriptFormatError(f"{where}unknown field {name!r}", f"allowed there: {', '.join(sorted(known))}")
        if name in fields:
            raise TranscriptFormatError(f"{where}{name} stands twice", "keep one of them")
        fields[name] = value
    return Entry(file, item, line, fields)
