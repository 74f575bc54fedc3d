"""What can go wrong in a way the person at the keyboard can do something about."""

import errno
from typing import ClassVar


class PipelineError(Exception):
    """An expected failure: one sentence that says what and which, and a hint what to do next.

    Neither part may hold transcript text or a person's name: they end up in logs.
    """

    exit_code: ClassVar[int] = 3

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[type["PipelineError"], tuple[str, str]]:
        return type(self), (self.message, self.hint)


class MediaError(PipelineError):
    """A file that cannot be used as a recording: missing, not media, no audio, truncated."""


class WeightsError(PipelineError):
    """Weights that are missing, incomplete or do not have the expected sha256."""


class FfmpegError(PipelineError):
    """ffmpeg refused, failed, ran out of time, or wrote less than it was asked for."""


class NotFoundError(PipelineError):
    """An id or code that the store does not know."""


class StoreError(PipelineError):
    """A store that cannot be opened, written or trusted."""


class TranscriptFormatError(PipelineError):
    """A transcript, subtitle or checklist file that cannot be read; names file, line and place."""


class RefusedError(PipelineError):
    """Something a rule forbids: every reason is listed, none is hidden behind another."""

    def __init__(self, message: str, reasons: tuple[str, ...] = (), hint: str = "") -> None:
        super().__init__(message, hint)
        self.reasons = reasons

    def __reduce__(self) -> tuple[type["RefusedError"], tuple[str, tuple[str, ...], str]]:  # type: ignore[override]
        return type(self), (self.message, self.reasons, self.hint)


class VerificationError(PipelineError):
    """A rendered file that did not pass verification; it never got its final name."""


def system_refused(error: OSError) -> PipelineError:
    """What the operating system refused, without the path it names: file names can hold a person's name."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return PipelineError("the disk is full", "make room, then run it again: it goes on where it stopped")
    said = (error.strerror or type(error).__name__).lower()
    return PipelineError(f"a file could not be read or written: {said}", "counterclip doctor looks for the cause")


class AuthenticationError(PipelineError):
    """An unknown person, a wrong password, or a role that may not do this."""
