"""The log for whoever runs the machine: one JSON object a line, ids, durations and sizes, never words or names."""

import json
import logging
import os
import sys
from enum import StrEnum
from pathlib import Path

LEVEL_NAME = "COUNTERCLIP_LOG_LEVEL"
"""Environment variable: the jobs' own processes log as their parent does."""
FILE_NAME = "COUNTERCLIP_LOG_FILE"

_log = logging.getLogger("counterclip")

Value = str | int | float | bool | None


class LogLevel(StrEnum):
    """From which weight on events are logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class JsonLines(logging.Formatter):
    """`{"at":…,"level":…,"event":…}` and the event's own fields."""

    def format(self, record: logging.LogRecord) -> str:
        at = self.formatTime(record, "%Y-%m-%dT%H:%M:%S") + f".{int(record.msecs):03}"
        line = {"at": at, "level": record.levelname.lower(), "event": record.getMessage(), "process": record.process}
        return json.dumps(line | getattr(record, "facts", {}))


def start_logging(level: LogLevel, file: Path | None = None) -> None:
    """Log our own events, from this level on, to standard error or behind what a file holds already.

    Other libraries' loggers are left alone: what they say may hold words.
    """
    handler = logging.FileHandler(file, encoding="utf-8") if file else logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    _log.handlers = [handler]
    _log.setLevel(level.upper())
    _log.propagate = False
    os.environ[LEVEL_NAME] = level
    if file:
        os.environ[FILE_NAME] = str(file)


def log_as_told() -> None:
    """In a job's process: log where and what the process that started it does."""
    level = os.environ.get(LEVEL_NAME, "")
    if level in set(LogLevel):  # anything else was not written by us
        file = os.environ.get(FILE_NAME)
        start_logging(LogLevel(level), Path(file) if file else None)


def tell(event: str, **facts: Value) -> None:
    """Something that happened, such as `job.done`, with its ids and numbers."""
    _log.info(event, extra={"facts": facts})


def tell_trouble(event: str, **facts: Value) -> None:
    _log.warning(event, extra={"facts": facts})
