"""What a team can set in `counterclip.toml`; read once, frozen, unknown keys refused."""

import tomllib
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from pipeline.domain import RedactionKind
from pipeline.errors import PipelineError

REDACTION_LENGTHS = range(500, 10_001)
"""Milliseconds that a removed stretch may always have: less would still count the syllables."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Defaults are what a new workspace gets."""

    store: str = ""
    """SQLAlchemy URL; empty: `store.sqlite3` in the workspace."""
    engine: str = "auto"
    """`auto`, `faster-whisper` or `openai-whisper`."""
    model: str = "base"
    """Name of fetched weights, or a folder."""
    copy_recordings: bool = False
    """True: keep a copy of each original in the workspace; False: a link to where it lies."""
    chunk_minutes: int = 5
    """Recognition is saved after each stretch of about this length, so that it can be resumed."""
    redaction_sound: RedactionKind = RedactionKind.TONE
    redaction_pad_ms: int = 150
    """Least padding on each side of redacted words (`safety.md`, C2)."""
    redaction_length_ms: int = 0
    """What is removed is this long, or a multiple of it; 0: as long as the words and the padding."""
    organisation: str = ""
    """Shown on the closing card."""
    help_line: str = ""
    """Shown on the closing card: who a wavering viewer can turn to."""
    only_assigned: bool = False
    """True: a new recording is seen by nobody until an admin assigns people to it."""
    render_profile: str = "standard"
    job_niceness: int = 10
    """How far the processes of jobs stand back behind everything else on the machine: 0 not at all, 19 the most."""

    def __post_init__(self) -> None:
        if not self.redaction_sound.is_sound:
            raise ValueError("redaction_sound: choose silence, tone or room")
        if self.redaction_pad_ms < 150:
            raise ValueError("redaction_pad_ms: 150 is the least that hides a whole word")
        if self.redaction_length_ms not in (0, *REDACTION_LENGTHS):
            raise ValueError("redaction_length_ms: 500 to 10000, or 0")
        if not 0 <= self.job_niceness <= 19:
            raise ValueError("job_niceness: 0 to 19")
        if not 1 <= self.chunk_minutes <= 60:
            raise ValueError("chunk_minutes: 1 to 60")


def read_settings(path: Path) -> Settings:
    """The settings in a TOML file.

    Raises PipelineError naming the key when a key is unknown or its value does not fit.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PipelineError(f"cannot read the settings in {path.name}: {error}") from None
    except RecursionError:
        raise PipelineError(f"cannot read the settings in {path.name}: too deeply nested") from None
    known = {f.name for f in fields(Settings)}
    if unknown := sorted(values.keys() - known):
        raise PipelineError(f"{path.name}: unknown setting {unknown[0]!r}", f"known: {', '.join(sorted(known))}")
    try:
        return TypeAdapter(Settings).validate_python(values)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise PipelineError(f"{path.name}: {place} {first['msg']}".replace("  ", " ")) from None


def settings_text(settings: Settings) -> str:
    """The TOML of a new workspace."""
    lines = ["# counterclip settings: see docs/settings.md"]
    for key, value in asdict(settings).items():
        lines.append(f"{key} = {_toml(value)}")
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
