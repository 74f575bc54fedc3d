"""An approved plan becomes files: sound first, then all shapes at once, each opened again and checked."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from clips.cards import make_background, make_card
from clips.covers import move_commands
from clips.expected import Expected
from clips.filtergraph import Target, picture_argv
from clips.framing import framing_of
from clips.geometry import Shape, choose_shape
from clips.labels import Drawn, voice_label
from clips.looks import changed_looks
from clips.lower_thirds import make_bar, thirds_of
from clips.mark import write_mark
from clips.profiles import RenderProfile, find_profile
from clips.redaction import hidden_in, require_searched, require_supported
from clips.sound import find_rooms, make_sound
from clips.soundgraph import Clock, Take
from clips.sources import entry_ms, source_facts
from clips.verify import verify_rendition
from clips.verify_file import source_texts
from clips.verify_words import HeardOnce
from pipeline.canonical import file_sha256, plan_sha256
from pipeline.domain import Aspect, Card, Cue, CutPlan, Permit, Picture, Recording, Rendition, Transcript
from pipeline.engines.engine import Engine
from pipeline.errors import PipelineError, RefusedError, VerificationError
from pipeline.ffmpeg import run
from subtitles.ass import write_ass
from subtitles.fonts import fonts_folder
from subtitles.labels import with_writing
from subtitles.limits import base_language
from subtitles.plan_cues import language_document, language_sha256

SHAPES_AT_ONCE = 3
"""Renditions of one ffmpeg call: three of 1080 lines take 750 MB (`render.md`)."""

Cues = Mapping[str, Mapping[Aspect, Sequence[Cue]]]
"""Language → shape → cues, as they were signed."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Order:
    """All that a render needs besides the plan; values handed in, no database."""

    sources: Mapping[str, Path]
    """Recording id → original."""
    recordings: Mapping[str, Recording]
    transcripts: Mapping[str, Transcript]
    cues: Cues
    engine: Engine
    aspects: tuple[Aspect, ...] | None = None
    """Only these of the plan's; None for all."""
    burn: tuple[str, ...] | None = None
    """Only these of the plan's languages; None for all."""
    canaries: tuple[str, ...] = ()
    """Names of files and the like that must not be found in a clip."""
    reading: Path | None = None
    """Another reader's recording, where the plan has one."""
    is_marked: bool = False
    """The words of `clips.mark` stand in every frame: nobody has approved it."""


def render(
    plan: CutPlan, permit: Permit, order: Order, folder: Path, say: Say = lambda _: None
) -> tuple[Rendition, ...]:
    """Verified files in `folder`, one for each shape and burned language; nothing else is left there.

    Raises RefusedError when the permit is for something else, PipelineError for what cannot be
    rendered, VerificationError when a file is not what was approved; then no file is left.
    """
    check_permit(plan, permit, order)
    return make_renditions(plan, order, folder, say)


def make_renditions(plan: CutPlan, order: Order, folder: Path, say: Say = lambda _: None) -> tuple[Rendition, ...]:
    """As `render`, for those who checked the permit or ordered the mark."""
    if plan.looks != changed_looks():
        raise PipelineError("cards look otherwise than when the plan was made", f"counterclip plan edit {plan.id}")
    require_supported(plan.redactions)
    require_searched(plan, {name for name, r in order.recordings.items() if r.probe.picture})
    with tempfile.TemporaryDirectory(prefix="work-", dir=folder) as work:
        job = _prepare(plan, order, Path(work))
        say("sound")
        voice = make_sound(plan, job.takes, job.clock, job.profile, Path(work), order.reading)
        made: list[Rendition] = []
        wanted = [(aspect, language) for aspect in job.aspects for language in job.languages]
        for first in range(0, len(wanted), SHAPES_AT_ONCE):
            made += _make(job, wanted[first : first + SHAPES_AT_ONCE], voice, Path(work), say)
        for rendition in made:
            (Path(work) / rendition.file_name).rename(folder / rendition.file_name)
    return tuple(made)


def file_name(aspect: Aspect, language: str | None) -> str:
    """`9x16-en.mp4`: says only what the picture shows anyway."""
    return aspect.value.replace(":", "x") + (f"-{language}" if language else "") + ".mp4"


@dataclass(frozen=True, slots=True)
class _Job:
    plan: CutPlan
    order: Order
    profile: RenderProfile
    takes: tuple[Take, ...]
    clock: Clock
    aspects: tuple[Aspect, ...]
    languages: tuple[str | None, ...]
    canaries: tuple[str, ...]

    def cues(self, aspect: Aspect, language: str | None) -> tuple[Cue, ...]:
        """What is burned in; without burned subtitles the first language's, which lies beside it."""
        chosen = language or next(iter(self.order.cues), None)
        return tuple(self.order.cues[chosen].get(aspect, ())) if chosen else ()

    def read_cues(self) -> tuple[Cue, ...]:
        """What another reader reads; nothing where there is none."""
        made = self.plan.revoicing
        return tuple(self.order.cues.get(made.language, {}).get(self.plan.aspects[0], ())) if made else ()

    def spoken_cues(self, aspect: Aspect) -> tuple[Cue, ...]:
        """Of every version in the language that is spoken: a removed word may be in none of them."""
        spoken = {base_language(t.language) for t in self.order.transcripts.values()}
        mine = (by.get(aspect, ()) for language, by in self.order.cues.items() if base_language(language) in spoken)
        return tuple(cue for cues in mine for cue in cues)

    def read_in(self, language: str | None) -> str:
        """The language of what is written in the picture: the burned one, or the one that is spoken."""
        spoken = next((t.language for t in self.order.transcripts.values()), "en")
        return language or spoken


def check_permit(plan: CutPlan, permit: Permit, order: Order) -> None:
    """Raises RefusedError when the permit is for another plan, another version of it, or other subtitles."""
    reasons = []
    if (permit.plan, permit.plan_sha256) != (plan.id, plan_sha256(plan)):
        reasons.append("the permit is for another plan, or another version of it")
    signed = dict(permit.cues_sha256)
    for language, cues in order.cues.items():
        if signed.get(language) != language_sha256(language_document(plan, language, cues)):
            reasons.append(f"the subtitles in {language} are not those that were signed")
    reasons += [f"no signed subtitles in {language}" for language in plan.burn if language not in order.cues]
    if reasons:
        raise RefusedError(f"{plan.id} may not be rendered", tuple(reasons), "ask for a permit again")


def _prepare(plan: CutPlan, order: Order, work: Path) -> _Job:
    takes = tuple(_moved(plan, _take(plan, order, number), number, work) for number in range(len(plan.kept)))
    chosen_aspects = tuple(a for a in plan.aspects if order.aspects is None or a in order.aspects)
    burn: tuple[str | None, ...] = tuple(b for b in plan.burn if order.burn is None or b in order.burn)
    if not chosen_aspects or (plan.burn and not burn):
        raise PipelineError(f"{plan.id} has no such shape or language", "choose among the plan's own")
    texts = {text for take in takes for text in source_texts(take.path)}
    names = {take.path.stem for take in takes} - {"original"}
    return _Job(
        plan=plan,
        order=order,
        profile=find_profile(plan.render_profile),
        takes=takes,
        clock=Clock(plan.frame_rate, plan.opening_frames, plan.total_frames),
        aspects=chosen_aspects,
        languages=burn or (None,),
        canaries=tuple(sorted({*texts, *names, *order.canaries})),
    )


def _take(plan: CutPlan, order: Order, number: int) -> Take:
    passage = plan.passages()[number]
    probe, path = order.recordings[passage.recording].probe, order.sources[passage.recording]
    if passage.span.end_ms > probe.duration_ms:
        raise PipelineError(f"a kept span ends after {passage.recording} does", "edit the plan")
    shown = probe.picture if plan.picture is Picture.SOURCE else None
    take = Take(
        passage=passage,
        path=path,
        sound=probe.sound.index,
        picture=shown,
        entry_ms=entry_ms(path, probe, passage.span.start_ms),
        facts=source_facts(path, probe),
        hidden=hidden_in(passage, plan.redactions),
        framing=framing_of(plan.framings, passage.recording, passage.span),
    )
    return replace(take, rooms=find_rooms(plan, take, probe))


def _moved(plan: CutPlan, take: Take, position: int, work: Path) -> Take:
    """The take with the commands that move its covers, in a file that ffmpeg reads."""
    commands = move_commands(take, position, plan.redactions, plan.frame_rate) if take.picture else ""
    if not commands:
        return take
    path = work / f"m{position}.txt"
    path.write_text(commands, encoding="ascii")
    return replace(take, moves=path)


def _make(job: _Job, wanted: Sequence[tuple[Aspect, str | None]], voice: Path, work: Path, say: Say) -> list[Rendition]:
    shapes = {aspect: _shape(job, aspect) for aspect, _ in wanted}
    targets = [_target(job, shapes[aspect], language, work) for aspect, language in wanted]
    say("picture")
    run(picture_argv(job.takes, job.plan.redactions, job.clock, targets, voice, job.profile, fonts_folder()))
    heard = HeardOnce(job.order.engine)
    made = []
    for (aspect, language), target in zip(wanted, targets, strict=True):
        say("verify")
        made.append(_verified(job, target, aspect, language, heard))
    return made


def _shape(job: _Job, aspect: Aspect) -> Shape:
    return choose_shape(aspect, [t.picture for t in job.takes if t.picture], job.profile)


def _target(job: _Job, shape: Shape, language: str | None, work: Path) -> Target:
    name = shape.aspect.name.lower()
    plan, clock = job.plan, job.clock

    def card(card: Card | None, which: str) -> Path | None:
        made = work / f"{which}-{name}.mkv"
        frames = plan.card_frames(card)
        if card is None or not frames:
            return None
        return made if made.exists() else make_card(card, shape, frames, clock.frame_rate, work, made.stem)

    background = work / f"b-{name}.mkv"
    if any(t.picture is None for t in job.takes) and not background.exists():
        make_background(shape, clock.frame_rate, work, background.stem)
    document = _burned(job, shape, language)
    stem = f"{name}-{plan.burn.index(language) if language else 'none'}"
    subtitles = work / f"t-{stem}.ass" if document else None
    if subtitles:
        subtitles.write_text(document, encoding="utf-8")
    out = work / file_name(shape.aspect, language)
    bars = tuple(
        (make_bar(placed, clock.frame_rate, work, f"l-{stem}-{number}"), placed.drawn)
        for number, placed in enumerate(thirds_of(plan, shape, language))
    )
    notes = tuple(
        (made, plan.card_frames(note.card)) for n, note in enumerate(plan.notes) if (made := card(note.card, f"n{n}"))
    )
    return Target(shape, out, subtitles, card(plan.opening, "o"), card(plan.closing, "c"), background, bars, notes)


def _burned(job: _Job, shape: Shape, language: str | None) -> str:
    """All text over the picture: subtitles or the mark, and what says that the voice is not the recorded one."""
    size = shape.width, shape.height
    document = ""
    if language:
        document = write_ass(job.cues(shape.aspect, language), shape.aspect, *size, language)
    elif job.order.is_marked:
        document = write_mark(shape.aspect, *size, job.plan.clip_ms(job.clock.total))
    label = voice_label(job.plan, shape, job.read_in(language))
    thirds = thirds_of(job.plan, shape, language)
    return with_writing(document, [*([label] if label else ()), *(t.writing for t in thirds)], *size)


def _drawn(job: _Job, shape: Shape, language: str | None) -> tuple[Drawn, ...]:
    label = voice_label(job.plan, shape, job.read_in(language))
    thirds = thirds_of(job.plan, shape, language)
    return (*((Drawn.of(label, job.plan),) if label else ()), *(third.drawn for third in thirds))


def _verified(job: _Job, target: Target, aspect: Aspect, language: str | None, heard: HeardOnce) -> Rendition:
    expected = Expected(
        plan=job.plan,
        takes=job.takes,
        probes={name: recording.probe for name, recording in job.order.recordings.items()},
        transcripts=job.order.transcripts,
        clock=job.clock,
        shape=target.shape,
        cues=job.cues(aspect, language),
        is_burned=language is not None,
        canaries=job.canaries,
        is_marked=job.order.is_marked,
        drawn=_drawn(job, target.shape, language),
        reading=job.order.reading,
        read_cues=job.read_cues(),
        beside=job.spoken_cues(aspect),
    )
    verification = verify_rendition(target.out, expected, job.order.engine, heard)
    if not verification.passed:
        faults = "; ".join(f"{c.name}: {c.detail}" for c in verification.checks if not c.passed)
        raise VerificationError(
            f"{target.out.name} of {job.plan.id} is not what was approved: {faults}",
            "nothing was written; see docs/troubleshooting.md for what each check means",
        )
    return Rendition(
        aspect=aspect,
        burn=language,
        file_name=target.out.name,
        sha256=file_sha256(target.out),
        size_bytes=target.out.stat().st_size,
        width=target.shape.width,
        height=target.shape.height,
        duration_ms=job.plan.clip_ms(job.clock.total),
        verification=verification,
    )
