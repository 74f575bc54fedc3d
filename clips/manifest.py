"""The account of a clip that leaves the building: digests, spans, who answered for it by role and id.

Written field by field from an allow-list (`design.md` §6). What people typed (titles, reasons,
notes, replacements, what a check said) stays in the workspace, because it may hold what was removed.
"""

from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version

from pipeline.canonical import Json
from pipeline.domain import Choice, Clip, CutPlan, Decision, Origin, Passage, Redaction, Rendition, SignOff, Span
from pipeline.errors import VerificationError
from subtitles.sdh import is_sdh

TOOLS = ("counterclip", "imageio-ffmpeg", "ffmpeg-python", "moviepy", "pysubs2", "openai-whisper", "faster-whisper")
"""Packages whose version decides how a clip looks, sounds and was listened to."""

TOLD = (Choice.KEEP, Choice.REDACT, Choice.COUNSEL)
"""Decisions about what is in the clip. That something else was cut or blocked is nobody's business."""

CORE = "core"


def tool_versions() -> dict[str, str]:
    """Versions of the installed tools that made the clip."""
    found = {}
    for name in TOOLS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def clip_manifest(
    plan: CutPlan,
    clip: Clip,
    *,
    sign_offs: Sequence[SignOff],
    decisions: Sequence[Decision],
    checklist_sha256: str,
    tools: Mapping[str, str],
    checkpoint: str | None,
    origins: Mapping[str, Origin] | None = None,
) -> Json:
    """What a bundle says of one clip.

    `origins` says of each language of its subtitles where the words come from: a machine's
    translation stays one when people have signed it. `checkpoint` is the signed note of the
    ledger's head, None when there is none yet.
    Raises VerificationError when the clip has a rendition that did not pass, or none at all.
    """
    _require_verified(clip)
    shown = {kept.recording for kept in plan.kept}
    return {
        "clip": clip.id,
        "plan": plan.id,
        "plan_version": clip.plan_version,
        "core_sha256": clip.core_sha256,
        "checklist_sha256": checklist_sha256,
        "made_at": clip.made_at,
        "picture": plan.picture.value,
        "voice": plan.voice.value,
        "frame_rate": f"{plan.frame_rate.numerator}/{plan.frame_rate.denominator}",
        "render_profile": plan.render_profile,
        "opening_card_ms": plan.clip_ms(plan.card_frames(plan.opening)),
        "spans": [_span(passage) for passage in plan.passages()],
        "redactions": [entry for r in plan.redactions for entry in _redaction(r, plan.passages())],
        "renditions": [_rendition(rendition) for rendition in clip.renditions],
        "sidecars": list(clip.sidecars),
        "subtitles": [_subtitles(language, origin) for language, origin in (origins or {}).items()],
        "decisions": [_decision(d) for d in decisions if d.recording in shown and d.choice in TOLD],
        "sign_offs": [_sign_off(s) for s in sign_offs if _is_about(s, plan, clip)],
        "tools": dict(sorted(tools.items())),
        "ledger_checkpoint": checkpoint,
    }


def _subtitles(language: str, origin: Origin) -> Json:
    told = {"language": language, "from": origin.value}
    return {**told, "kind": "sdh"} if is_sdh(language) else told


def _require_verified(clip: Clip) -> None:
    failed = [r for r in clip.renditions if not r.verification.passed]
    if failed or not clip.renditions:
        raise VerificationError(
            f"{clip.id} has {len(failed)} of {len(clip.renditions)} renditions that did not pass verification",
            "cut it again",
        )


def _is_about(sign_off: SignOff, plan: CutPlan, clip: Clip) -> bool:
    """A sign-off of an earlier version says nothing about this clip."""
    return sign_off.plan == plan.id and (sign_off.subject != CORE or sign_off.sha256 == clip.core_sha256)


def _span(passage: Passage) -> Json:
    return {
        "recording": passage.recording,
        "start_ms": passage.span.start_ms,
        "end_ms": passage.span.end_ms,
        "clip_start_ms": passage.clip_start_ms,
        "clip_end_ms": passage.clip_end_ms,
    }


def _redaction(redaction: Redaction, passages: Sequence[Passage]) -> list[Json]:
    """Where in the clip something was replaced: on the clip's clock, once per passage it touches."""
    places = []
    for passage in passages:
        both = passage.span.intersection(redaction.span) if passage.recording == redaction.recording else None
        if both is not None:
            placed = _on_clip_clock(both, passage)
            places.append(
                {"kind": redaction.kind.value, "clip_start_ms": placed.start_ms, "clip_end_ms": placed.end_ms}
            )
    return places


def _on_clip_clock(span: Span, passage: Passage) -> Span:
    offset = passage.clip_start_ms - passage.span.start_ms
    ends = (min(ms + offset, passage.clip_end_ms) for ms in (span.start_ms, span.end_ms))
    return Span(*ends)


def _rendition(rendition: Rendition) -> Json:
    return {
        "file": rendition.file_name,
        "sha256": rendition.sha256,
        "size_bytes": rendition.size_bytes,
        "aspect": rendition.aspect.value,
        "burned_subtitles": rendition.burn,
        "width": rendition.width,
        "height": rendition.height,
        "duration_ms": rendition.duration_ms,
        "verification": [{"check": c.name, "passed": c.passed} for c in rendition.verification.checks],
    }


def _decision(decision: Decision) -> Json:
    return {"id": decision.id, "choice": decision.choice.value, "by": decision.by, "at": decision.at}


def _sign_off(sign_off: SignOff) -> Json:
    return {
        "subject": sign_off.subject,
        "sha256": sign_off.sha256,
        "role": sign_off.role.value,
        "by": sign_off.by,
        "at": sign_off.at,
    }
