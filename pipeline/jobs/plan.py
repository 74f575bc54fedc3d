"""A cut plan is made from what the store knows: recordings, transcripts and decisions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from clips.faces.planning import with_faces, with_framings
from clips.plan import edit_plan, new_plan
from pipeline.canonical import plan_sha256
from pipeline.domain import (
    Aspect,
    Card,
    CutPlan,
    Decision,
    Faces,
    Flag,
    HeardSound,
    Kept,
    LowerThird,
    Note,
    NoteKind,
    Picture,
    Recording,
    Revoicing,
    Role,
    Span,
    Transcript,
    User,
    Voice,
)  # fmt: skip
from pipeline.errors import NotFoundError, PipelineError
from pipeline.jobs.faces import Tell, face_search, parse_middles, usual_faces
from pipeline.jobs.lower_thirds import named_thirds
from pipeline.jobs.sounds import wanted_sdh
from pipeline.settings import Settings
from pipeline.store import Store
from pipeline.workspace import Workspace
from review.assignments import require_no_other_part, require_part
from review.ledger import record
from review.typed import LONGEST_NOTE
from subtitles.labels import note_title

CARD_MS = 2_500
"""Long enough to read a title and one line at 160 words a minute (BBC subtitle guidelines, part 4)."""

WORD_MS = 60_000 // 160
LONGEST_CARD_MS = 30_000
"""A text as long as may be typed is read in less; one of very short words is refused."""


MADE_ANEW = (
    "title",
    "kept",
    "redactions",
    "aspects",
    "burn",
    "picture",
    "opening",
    "closing",
    "render_profile",
    "frame_rate",
    "faces",
    "searches",
    "shown_faces",
    "voice",
    "lower_thirds",
    "sdh",
    "framings",
    "notes",
    "sources",
    "looks",
)
"""What a new version takes from the plan as it would be made now."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What an editor asked for; None or empty leaves a thing as it is, or as it usually is."""

    kept: tuple[Kept, ...] = ()
    title: str | None = None
    context: str | None = None
    aspects: tuple[Aspect, ...] | None = None
    burn: tuple[str, ...] | None = None
    picture: Picture | None = None
    faces: Faces | None = None
    shown_faces: tuple[str, ...] | None = None
    """Ids of the faces found that stay uncovered."""
    voice: Voice | None = None
    lower_thirds: tuple[LowerThird, ...] | None = None
    middles: tuple[str, ...] | None = None
    """Where square and tall shapes have their middle, `35%` or `TIME=35%`; empty: on the face."""
    revoicing: Revoicing | None = None
    """Brought in by `revoice`."""
    sdh: bool | None = None
    """Subtitles for the deaf and hard of hearing beside the clip."""
    sounds: tuple[HeardSound, ...] | None = None
    """What they tell besides speech; one without a recording is in the plan's only one."""
    content_note: str | None = None
    """On a card of its own before the speech; empty: none."""
    translators_note: str | None = None
    """The same."""
    sources: str | None = None
    """On the closing card."""
    is_exact: bool = True
    """False: sentences that are kept in part are kept whole."""


def make_plan(workspace: Workspace, store: Store, editor: User, wish: Wish, tell: Tell = lambda *_: None) -> CutPlan:
    """The first version of a plan, kept in the store and named in the ledger.

    Raises RefusedError when a kept span holds what was decided to be left out, or the editor approves clips
    of the same interview; AuthenticationError, WithdrawnError or NotAssignedError when he may not edit it.
    """
    return keep_plan(store, editor, draft_plan(workspace, store, editor, wish, tell))


def draft_plan(workspace: Workspace, store: Store, editor: User, wish: Wish, tell: Tell = lambda *_: None) -> CutPlan:
    """As `make_plan`, and not kept yet: looking for faces takes long, and nobody shall wait for the store meanwhile."""
    require_part(store, editor, (k.recording for k in wish.kept), Role.EDITOR)
    known = _Known.of(store, wish.kept)
    title = wish.title or ""
    plan = new_plan(
        title=title,
        keeps=wish.kept,
        transcripts=known.transcripts,
        recordings=known.recordings,
        made_by=editor.id,
        decisions=known.decisions,
        flags=known.flags,
        aspects=wish.aspects or (Aspect.WIDE,),
        burn=wish.burn or (),
        picture=wish.picture or _picture(known),
        faces=wish.faces or usual_faces(store, known.recordings.values()),
        voice=wish.voice or Voice.SOURCE,
        lower_thirds=named_thirds(workspace, wish.lower_thirds or ()),
        sdh=wanted_sdh(workspace, None, wish.sdh, wish.sounds, wish.kept, known.transcripts),
        opening=Card(title, wish.context or "", CARD_MS),
        notes=_notes(wish, None, wish.burn or (), known),
        closing=_closing(workspace.settings, wish.sources or ""),
        sources=wish.sources or "",
        render_profile=workspace.settings.render_profile,
        complete=not wish.is_exact,
    )
    return _with_faces(workspace, plan, None, known, wish, tell)


def keep_plan(store: Store, editor: User, plan: CutPlan) -> CutPlan:
    """Keep the first version of a plan and name it in the ledger."""
    return _saved(store, editor, plan, "plan.made")


def change_plan(
    workspace: Workspace, store: Store, editor: User, plan: CutPlan, wish: Wish, tell: Tell = lambda *_: None
) -> CutPlan:
    """The next version: what was wished for, and every decision made since.

    Raises RefusedError when a kept span now holds what was decided to be left out.
    """
    kept = wish.kept or plan.kept
    require_part(store, editor, (k.recording for k in (*plan.kept, *kept)), Role.EDITOR)
    known = _Known.of(store, kept)
    title = plan.title if wish.title is None else wish.title
    context = wish.context if wish.context is not None else (plan.opening.text if plan.opening else "")
    sources = plan.sources if wish.sources is None else wish.sources
    fresh = new_plan(
        title=title,
        keeps=kept,
        transcripts=known.transcripts,
        recordings=known.recordings,
        made_by=editor.id,
        decisions=known.decisions,
        flags=known.flags,
        aspects=plan.aspects if wish.aspects is None else wish.aspects,
        burn=plan.burn if wish.burn is None else wish.burn,
        picture=wish.picture or plan.picture,
        faces=wish.faces or max(plan.faces, usual_faces(store, known.recordings.values()), key=_strictness),
        voice=wish.voice or plan.voice,
        lower_thirds=named_thirds(workspace, plan.lower_thirds if wish.lower_thirds is None else wish.lower_thirds),
        sdh=wanted_sdh(workspace, plan.sdh, wish.sdh, wish.sounds, kept, known.transcripts),
        opening=Card(title, context, CARD_MS),
        notes=_notes(wish, plan, plan.burn if wish.burn is None else wish.burn, known),
        closing=_closing(workspace.settings, sources),
        sources=sources,
        render_profile=workspace.settings.render_profile,
        complete=bool(wish.kept) and not wish.is_exact,
    )
    fresh = replace(fresh, id=plan.id, lower_thirds=_moved_thirds(plan, fresh))
    fresh = _with_faces(workspace, fresh, plan, known, wish, tell)
    reading = (wish.revoicing or plan.revoicing) if fresh.voice is Voice.REVOICED else None
    changes = {name: getattr(fresh, name) for name in MADE_ANEW}
    changed = edit_plan(plan, editor.id, **changes, revoicing=reading)
    return _saved(store, editor, changed, "plan.changed")


def _with_faces(
    workspace: Workspace, plan: CutPlan, before: CutPlan | None, known: "_Known", wish: Wish, tell: Tell
) -> CutPlan:
    """With the covers of faces, and what square and tall shapes show of wide pictures."""
    covered = with_faces(plan, before, wish.shown_faces, face_search(workspace, known.recordings, tell))
    pictures = {name: recording.probe.picture for name, recording in known.recordings.items()}
    followed = face_search(workspace, known.recordings, tell, sure_only=True)
    return with_framings(covered, before, parse_middles(wish.middles), followed, pictures)


def _saved(store: Store, editor: User, plan: CutPlan, kind: str) -> CutPlan:
    require_no_other_part(store, editor, plan, edits=True)
    with store.transaction():
        store.save_plan(plan)
        record(store, kind, editor.id, plan.id, plan_sha256(plan))
    return plan


@dataclass(frozen=True, slots=True)
class _Known:
    """What the store knows about the recordings of some kept spans."""

    recordings: dict[str, Recording]
    transcripts: dict[str, Transcript]
    decisions: tuple[Decision, ...]
    flags: tuple[Flag, ...]

    @classmethod
    def of(cls, store: Store, kept: tuple[Kept, ...]) -> "_Known":
        names = tuple(dict.fromkeys(k.recording for k in kept))
        transcripts = {}
        for name in names:
            transcript = store.transcript(name)
            if transcript is None:
                raise NotFoundError(f"{name} has no transcript yet", "run counterclip ingest on it again")
            transcripts[name] = transcript
        return cls(
            {name: store.recording(name) for name in names},
            transcripts,
            tuple(d for name in names for d in store.decisions(name)),
            tuple(f for name in names for f in store.flags(name)),
        )


def _strictness(faces: Faces) -> int:
    """What was chosen stays, unless someone's consent to be seen is gone since."""
    return int(faces is not Faces.SHOW)


def _picture(known: _Known) -> Picture:
    """Recordings without a picture are shown as a card with the voice."""
    pictured = all(r.probe.picture for r in known.recordings.values())
    return Picture.SOURCE if pictured else Picture.OFF


def _notes(wish: Wish, before: CutPlan | None, burn: Sequence[str], known: _Known) -> tuple[Note, ...]:
    """What was wished for, or stands there already, under a title in the first language that viewers read."""
    language = next(iter((*burn, *(t.language for t in known.transcripts.values()))), "en")
    stands = {note.kind: note.card.text for note in before.notes} if before else {}
    made = []
    for kind, text in ((NoteKind.CONTENT, wish.content_note), (NoteKind.TRANSLATION, wish.translators_note)):
        shown = stands.get(kind, "") if text is None else _short(text)
        if shown:
            made.append(Note(kind, Card(note_title(kind, language), shown, _reading_ms(shown))))
    return tuple(made)


def _moved_thirds(before: CutPlan, fresh: CutPlan) -> tuple[LowerThird, ...]:
    """Those that nobody typed anew go along with the speech, which begins later where a card was added."""
    if _plain(fresh.lower_thirds) != _plain(before.lower_thirds):
        return fresh.lower_thirds
    began = before.clip_ms(before.opening_frames)
    later = fresh.clip_ms(fresh.opening_frames) - began
    return tuple(
        replace(third, span=Span(third.span.start_ms + later, third.span.end_ms + later))
        if third.span.start_ms >= began
        else third
        for third in fresh.lower_thirds
    )


def _plain(thirds: Sequence[LowerThird]) -> tuple[LowerThird, ...]:
    """As they are typed."""
    return tuple(replace(third, is_name=False) for third in thirds)


def _closing(settings: Settings, sources: str) -> Card | None:
    text = "\n".join(part for part in (settings.help_line, _short(sources)) if part)
    if not settings.organisation and not text:
        return None
    return Card(settings.organisation, text, _reading_ms(text) if sources else CARD_MS)


def _short(text: str) -> str:
    """Raises PipelineError for what nobody could read in time."""
    if len(text) > LONGEST_NOTE:
        raise PipelineError(f"a card's text is longer than {LONGEST_NOTE} characters", "say it in fewer words")
    return text.strip()


def _reading_ms(text: str) -> int:
    """How long a card with this text and a title stands. Raises PipelineError when that is longer than anyone waits."""
    needed = CARD_MS // 2 + len(text.split()) * WORD_MS
    if needed > LONGEST_CARD_MS:
        raise PipelineError(f"a card's text takes {needed // 1000} seconds to read", "say it in fewer words")
    return max(CARD_MS, needed)
