"""What an editor types for a lower third, and whether it names anybody."""

import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from pipeline.domain import Cue, LowerThird, Tier
from pipeline.errors import PipelineError
from pipeline.jobs.ingest import current_checklist
from pipeline.times import parse_span
from pipeline.workspace import Workspace
from review.flags import raise_flags
from review.gate_texts import PERSON
from review.typed import LONGEST_LOWER_THIRDS, MOST_LOWER_THIRDS
from subtitles.handover import as_transcript

IDENTITY = "identity."
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
    """None when nothing was said; empty texts are none.

    Raises PipelineError when one cannot be read, and for more than the plan's form can hold.
    """
    if texts is None:
        return None
    typed = [text for text in texts if text.strip()]
    if len(typed) > MOST_LOWER_THIRDS or sum(map(len, typed)) + len(typed) > LONGEST_LOWER_THIRDS:
        raise PipelineError(f"a plan has at most {MOST_LOWER_THIRDS} lower thirds", "leave some out")
    return tuple(parse_third(text) for text in typed)


def named_thirds(workspace: Workspace, thirds: Iterable[LowerThird]) -> tuple[LowerThird, ...]:
    """Each with the word whether it counts as a person's name: where the checklist finds one, red or amber, and where
    it has letters that the checklist cannot read names in, such as Arabic or Cyrillic ones.

    All is read as English, and names of Latin letters in other languages may be missed: the signers see each text.
    Raises PipelineError when the checklist finds something else in it that tells who somebody is.
    """
    given = tuple(thirds)
    if not given:
        return ()
    cues = [Cue(n * 1_000, n * 1_000 + 900, (third.text,)) for n, third in enumerate(given)]
    transcript = as_transcript(cues, "en")
    flags = [f for f in raise_flags(transcript, current_checklist(workspace)) if f.suppressed is None]
    told = sorted({f.item for f in flags if f.tier is Tier.RED and f.item.startswith(IDENTITY)} - {PERSON})
    if told:
        raise PipelineError(
            f"a lower third tells what may identify a person: {', '.join(told)}",
            "write a role instead, such as '0:03-0:08 A former recruiter'",
        )
    named = {f.segment for f in flags if f.item == PERSON}
    pairs = zip(given, transcript.segments, strict=True)
    return tuple(replace(third, is_name=s.id in named or not _is_latin(third.text)) for third, s in pairs)


def _is_latin(text: str) -> bool:
    return all(unicodedata.name(c, "").startswith("LATIN ") for c in text if c.isalpha())
