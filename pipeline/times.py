"""Times as people read and type them."""

import re

from pipeline.domain import Span
from pipeline.errors import PipelineError

_TIME = re.compile(r"(?:(?:(\d+):)?(\d{1,3}):)?(\d+)(?:[.,](\d{1,3}))?")


def clock(ms: int | None) -> str:
    """Milliseconds for people, such as `1:02.345`; a dash for a time that nobody knows."""
    if ms is None:
        return "-"
    minutes, rest = divmod(ms, 60_000)
    return f"{minutes}:{rest // 1000:02d}.{rest % 1000:03d}"


def parse_time(text: str) -> int:
    """Milliseconds of `75`, `1:15`, `1:15.250` or `0:01:15,25`.

    Raises PipelineError when it is none of these.
    """
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise PipelineError(f"not a time: {text!r}", "write seconds or M:SS or H:MM:SS, with .mmm if needed")
    hours, minutes, seconds, fraction = match.groups()
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds)
    return whole * 1000 + int((fraction or "0").ljust(3, "0"))


def parse_span(text: str) -> Span:
    """The span of `START-END`, for example `1:15-1:48.5`.

    Raises PipelineError when a time is missing or the end is not after the start.
    """
    start, dash, end = text.partition("-")
    if not dash:
        raise PipelineError(f"not a span: {text!r}", "write START-END, for example 1:15-1:48.5")
    first, last = parse_time(start), parse_time(end)
    if last <= first:
        raise PipelineError(f"the span {text!r} ends before it starts", "write START-END")
    return Span(first, last)
