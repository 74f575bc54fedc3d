"""The digests that a permit names, so that a render can see that it got what was signed (pure).

`review/approval.py` computes the same ones for signing; the two rooms do not know each other, and a
test holds them together.
"""

from collections.abc import Mapping, Sequence

from pipeline.canonical import document_sha256, to_json
from pipeline.domain import Aspect, Cue, CutPlan
from subtitles.plan_cues import cues_document


def plan_sha256(plan: CutPlan) -> str:
    """Of the whole plan, this version."""
    return document_sha256("plan", to_json(plan))


def cues_sha256(plan: CutPlan, language: str, cues: Mapping[Aspect, Sequence[Cue]]) -> str:
    """Of everything that is read in one language version, in every shape of the plan."""
    document = {
        "v": 1,
        "type": "clip-language",
        "plan": plan.id,
        "language": language,
        "cues": {aspect.value: cues_document(shown) for aspect, shown in cues.items()},
        "salt": plan.salt,
    }
    return document_sha256("language", document)
