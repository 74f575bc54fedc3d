"""What an editor types for a lower third, and whether it names anybody."""

from collections.abc import Iterable
from dataclasses import replace

from pipeline.domain import Cue, LowerThird
from pipeline.errors import PipelineError
from pipeline.jobs.ingest import current_checklist
from pipeline.times import parse_span
from pipeline.workspace import Workspace
from review.flags import raise_flags
from subtitles.handover import as_transcript

PERSON = "identity.person"
LONGEST = 80
"""Characters; a longer one is not read beside subtitles."""


def parse_third(text: str) -> LowerThird:
    """`0:03-0:08 A former recruiter`, or with the burned language in front: `ar 0:03-0:08 …`; clip time.

    Raises PipelineError when the times or the text are missing.
    """
    first, _, rest = text.strip().partition(" ")
    language = ""
    if first.replace("-", "").isalpha():
        language = first
        first, _, rest = rest.strip().partition(" ")
    shown = " ".join(rest.split())
    if not shown or len(shown) > LONGEST:
        raise PipelineError(
            f"a lower third has a text of 1 to {LONGEST} characters", "for example '0:03-0:08 A former recruiter'"
        )
    return LowerThird(shown, parse_span(first), language)


def parse_thirds(texts: Iterable[str] | None) -> tuple[LowerThird, ...] | None:
    """None when nothing was said; empty texts are none."""
    return None if texts is None else tuple(parse_third(text) for text in texts if text.strip())


def named_thirds(workspace: Workspace, thirds: Iterable[LowerThird]) -> tuple[LowerThird, ...]:
    """Each with the word whether the checklist finds a person's name in it, by whatever tier: red and amber count.

    English is read for names; of other languages the signers say.
    """
    given = tuple(thirds)
    if not given:
        return ()
    cues = [Cue(n * 1_000, n * 1_000 + 900, (third.text,)) for n, third in enumerate(given)]
    transcript = as_transcript(cues, "en")
    flags = raise_flags(transcript, current_checklist(workspace))
    named = {f.segment for f in flags if f.item == PERSON and f.suppressed is None}
    return tuple(replace(third, is_name=s.id in named) for third, s in zip(given, transcript.segments, strict=True))
