"""counterclip plan"""

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.canonical import to_json
from pipeline.commands.console import (
    As,
    AsJson,
    PasswordFd,
    note,
    print_json,
    print_table,
    progress_bar,
    say,
    share_shown,
)
from pipeline.commands.context import Context, acting
from pipeline.commands.plan_parts import ids, kept_spans, parse_aspects, parse_languages, tell_added
from pipeline.domain import CutPlan, Faces, Picture, PictureStream, Voice
from pipeline.times import clock
from review.framings import framings_told
from subtitles.labels import reading_told, voice_told
from subtitles.sdh import language_told

if TYPE_CHECKING:
    from pipeline.store import Store

app = typer.Typer(help="What a clip will be: kept passages, redactions, shapes, subtitles.", no_args_is_help=True)

SEEN_SHOWN = 16
"""Characters of the digest that people copy."""

PlanId = Annotated[str, typer.Argument(metavar="PLAN", help="A plan's id, p-…")]
Keep = Annotated[
    list[str] | None,
    typer.Option("--keep", help="START-END to keep, or r-ID:START-END; repeat it, the order is the clip's."),
]
Whole = Annotated[list[str] | None, typer.Option("--segment", help="A whole segment to keep: s3 or r-ID:s3.")]
Shapes = Annotated[str | None, typer.Option("--aspect", help="16:9,1:1,9:16")]
Burn = Annotated[str | None, typer.Option("--burn", help="Languages to burn in, such as en,ar. Empty text: none.")]
Title = Annotated[str | None, typer.Option("--title", help="On the opening card. Never a name.")]
Context_ = Annotated[
    str | None, typer.Option("--context", help="Under the title: who speaks, where from, in general words.")
]
Show = Annotated[Picture | None, typer.Option("--picture", help="off: a card and the voice only.")]
FacesAre = Annotated[
    Faces | None,
    typer.Option("--faces", help="cover (the default where anyone did not agree to be seen), blur, or show."),
]
VoiceIs = Annotated[
    Voice | None,
    typer.Option(
        "--voice", help="source, removed (subtitles only), revoiced (see plan revoice), or disguised: no protection."
    ),
]
Thirds = Annotated[
    list[str] | None,
    typer.Option("--lower-third", help="'0:03-0:08 A former recruiter', clip time; repeat it. Empty text: none."),
]
Middle = Annotated[
    list[str] | None,
    typer.Option(
        "--middle",
        help="Middle of square and tall shapes, from the left: 35%, or TIME=35%; repeat it. Empty text: on the face.",
    ),
]
ForTheDeaf = Annotated[
    bool | None,
    typer.Option("--sdh/--no-sdh", help="A subtitle file for the deaf and hard of hearing beside the clip."),
]
Sounds = Annotated[
    list[str] | None,
    typer.Option("--sound", help="A sound that it tells: '1:15-1:17 door slams', or r-ID:START-END TEXT; repeat it."),
]
ContentNote = Annotated[
    str | None, typer.Option("--content-note", help="On a card before the speech: what is hard to bear. Empty: none.")
]
TranslatorsNote = Annotated[
    str | None, typer.Option("--translators-note", help="On a card before the speech. Empty text: none.")
]
Exact = Annotated[
    bool, typer.Option("--exact", help="Keep just what is named, also where that cuts a sentence. Without: whole ones.")
]
Sources = Annotated[str | None, typer.Option("--sources", help="On the closing card. Empty text: none.")]
Uncover = Annotated[
    list[str] | None,
    typer.Option("--uncover", help="A face that stays uncovered: its id, x-…, from plan show. Empty text: none."),
]


@app.command("new")
def new(
    ctx: typer.Context,
    recording: Annotated[str | None, typer.Option("--recording", help="r-…")] = None,
    keep: Keep = None, segment: Whole = None, title: Title = None, context: Context_ = None,
    aspect: Shapes = None, burn: Burn = None, picture: Show = None, faces: FacesAre = None, uncover: Uncover = None,
    voice: VoiceIs = None, lower_third: Thirds = None, middle: Middle = None,
    sdh: ForTheDeaf = None, sound: Sounds = None, content_note: ContentNote = None,
    translators_note: TranslatorsNote = None, sources: Sources = None, exact: Exact = False,
    as_: As = None, password_fd: PasswordFd = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Make a cut plan of whole sentences, its ends in the quiet between words; decided redactions come along.

    Example: [bold]counterclip plan new --recording r-1a2b3c4d5e --keep 1:15-1:48 --title 'Why I left'
    --burn en --as Edo[/bold]
    """
    from pipeline.jobs.lower_thirds import parse_thirds
    from pipeline.jobs.plan import Wish, make_plan
    from pipeline.jobs.sounds import parse_sounds

    context_: Context = ctx.obj
    with context_.open() as (workspace, store):
        editor = acting(store, as_, password_fd)
        wish = Wish(
            kept_spans(store, recording, keep, segment), title, context, parse_aspects(aspect), parse_languages(burn),
            picture, faces, ids(uncover), voice, parse_thirds(lower_third),
            tuple(middle) if middle is not None else None, sdh=sdh, sounds=parse_sounds(sound),
            content_note=content_note, translators_note=translators_note, sources=sources, is_exact=exact,
        )  # fmt: skip
        with progress_bar() as bar:
            plan = make_plan(workspace, store, editor, wish, share_shown(bar))
        pictures = pictures_of(store, plan)
    print_plan(plan, pictures, as_json)
    tell_added(wish.kept, plan)
    note(f"next: counterclip review read, counterclip review decide; then counterclip plan show {plan.id}")


@app.command("edit")
def edit(
    ctx: typer.Context, plan: PlanId,
    recording: Annotated[str | None, typer.Option("--recording", help="The recording that START-END are in.")] = None,
    keep: Keep = None, segment: Whole = None, title: Title = None, context: Context_ = None,
    aspect: Shapes = None, burn: Burn = None, picture: Show = None, faces: FacesAre = None, uncover: Uncover = None,
    voice: VoiceIs = None, lower_third: Thirds = None, middle: Middle = None,
    sdh: ForTheDeaf = None, sound: Sounds = None, content_note: ContentNote = None,
    translators_note: TranslatorsNote = None, sources: Sources = None, exact: Exact = False,
    as_: As = None, password_fd: PasswordFd = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Change a plan, or take in decisions made since. The old version stays; its sign-offs do not count any more.

    Example: [bold]counterclip plan edit p-1a2b3c4d5e --aspect 16:9,9:16 --as Edo[/bold]

    Every face covered but the interviewer's: [bold]counterclip plan edit p-1a2b3c4d5e --faces cover
    --uncover x-1a2b3c4d5e --as Edo[/bold]
    """
    from pipeline.jobs.lower_thirds import parse_thirds
    from pipeline.jobs.plan import Wish, change_plan
    from pipeline.jobs.sounds import parse_sounds

    context_: Context = ctx.obj
    with context_.open() as (workspace, store):
        editor = acting(store, as_, password_fd)
        kept = kept_spans(store, recording, keep, segment) if keep or segment else ()
        shapes, burned, uncovered = parse_aspects(aspect), parse_languages(burn), ids(uncover)
        wish = Wish(
            kept, title, context, shapes, burned, picture, faces, uncovered, voice, parse_thirds(lower_third),
            tuple(middle) if middle is not None else None, sdh=sdh, sounds=parse_sounds(sound),
            content_note=content_note, translators_note=translators_note, sources=sources, is_exact=exact,
        )  # fmt: skip
        before = store.plan(plan)
        with progress_bar() as bar:
            changed = change_plan(workspace, store, editor, before, wish, share_shown(bar))
        pictures = pictures_of(store, changed)
    print_plan(changed, pictures, as_json)
    tell_added(wish.kept or changed.kept, changed)


@app.command("show")
def show(ctx: typer.Context, plan: PlanId, as_json: AsJson = False) -> None:
    """Show a plan as the viewer will get it, every reason why it cannot be cut yet, and the digest to sign.

    Example: [bold]counterclip plan show p-1a2b3c4d5e[/bold]
    """
    from pipeline.jobs.gate import fresh_facts, read_versions
    from review.policy import Refusal, decide, unsigned_drafts
    from review.signing import keep_shown, seen_sha256, shown_cues
    from review.withdrawn import require_nobody_withdrawn

    context: Context = ctx.obj
    with context.open() as (workspace, store):
        found = store.plan(plan)
        require_nobody_withdrawn(store, found)
        facts = fresh_facts(workspace, store, found)
        keep_shown(store, facts, shown_cues(facts))
        pictures = pictures_of(store, found)
    verdict, seen = decide(facts), seen_sha256(facts)
    reasons = verdict.reasons if isinstance(verdict, Refusal) else ()
    if as_json:
        drafts = unsigned_drafts(facts)
        languages = [
            {"language": v.language, "origin": v.origin, "draft": v.language in drafts, "burned": v.required}
            for v in facts.languages
        ]
        print_json({"plan": to_json(found), "languages": languages, "ready": not reasons, "seen": seen,
                    "reasons": [to_json(r) for r in reasons]})  # fmt: skip
        return
    print_plan(found, pictures, as_json=False)
    for language, cues, exceptions in read_versions(facts):
        rows = [(f"{clock(c.clip_start_ms)}-{clock(c.clip_end_ms)}", " / ".join(c.lines)) for c in cues]
        print_table(f"what viewers read ({language})", ("clip time", "text"), rows)
        for fault in exceptions:
            say(f"quality exception: {fault}")
    for version in facts.languages:
        if version.problem and not version.required:
            say(f"left out beside the clip: subtitles in {language_told(version.language)}: {version.problem}")
            say(f"         {version.hint}")
    for reason in reasons:
        say(f"not yet: {reason.sentence}")
        if reason.hint:
            say(f"         {reason.hint}")
    if not reasons:
        say(f"ready: counterclip cut {found.id}")
    say(f"what you see here: {seen[:SEEN_SHOWN]} (to approve it: counterclip review sign {found.id} --seen …)")


@app.command("list")
def list_(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the latest version of every plan, but of those with a person who has withdrawn.

    Example: [bold]counterclip plan list[/bold]
    """
    from review.withdrawn import is_withdrawn

    context: Context = ctx.obj
    with context.open() as (_, store):
        gone = {r.id for r in store.recordings() if is_withdrawn(store, r)}
        plans = [p for p in store.plans() if not gone & {k.recording for k in p.kept}]
    if as_json:
        for plan in plans:
            print_json(to_json(plan))
    else:
        rows = [
            (
                p.id,
                p.version,
                p.title,
                clock(p.clip_ms(p.total_frames)),
                " ".join(p.aspects),
                " ".join(p.burn),
            )
            for p in plans
        ]
        print_table("", ("plan", "version", "title", "length", "shapes", "burned"), rows)


def pictures_of(store: "Store", plan: CutPlan) -> dict[str, PictureStream | None]:
    """The pictures of a plan's recordings."""
    return {k.recording: store.recording(k.recording).probe.picture for k in plan.kept}


def print_plan(plan: CutPlan, pictures: dict[str, PictureStream | None], as_json: bool) -> None:
    if as_json:
        print_json(to_json(plan))
        return
    length = clock(plan.clip_ms(plan.total_frames))
    say(f"{plan.id} version {plan.version}: {length} at {plan.frame_rate} frames per second")
    say(f"shapes {', '.join(plan.aspects)}; burned in {', '.join(plan.burn) or 'nothing'}; picture {plan.picture}")
    if plan.picture is Picture.SOURCE:
        say(f"faces {plan.faces}")
    say(f"voice {voice_told(plan.voice)}")
    if plan.revoicing:
        say(f"reader {reading_told(plan.revoicing)}")
    for third in plan.lower_thirds:
        beside = f" beside subtitles in {third.language}" if third.language else ""
        times = f"{clock(third.span.start_ms)}-{clock(third.span.end_ms)}"
        say(f"lower third {times}{beside}: {third.text}{' (a name)' if third.is_name else ''}")
    if plan.sdh:
        say("subtitles for the deaf and hard of hearing beside the clip")
    for heard in plan.sdh.sounds if plan.sdh else ():
        say(f"sound {clock(heard.span.start_ms)}-{clock(heard.span.end_ms)} of {heard.recording}: {heard.text}")
    for line in framings_told(plan.framings, pictures):
        say(f"square and tall shapes: {line}")
    notes = [(f"{note.kind} note", note.card) for note in plan.notes]
    for name, card in (("opening card", plan.opening), *notes, ("closing card", plan.closing)):
        if card:
            say(f"{name}: {card.title} / {card.text}")
    rows = [
        (
            p.recording,
            f"{clock(p.span.start_ms)}-{clock(p.span.end_ms)}",
            f"{clock(p.clip_start_ms)}-{clock(p.clip_end_ms)}",
        )
        for p in plan.passages()
    ]
    print_table("kept", ("recording", "recording time", "clip time"), rows)
    if plan.redactions:
        print_table("redacted", ("id", "recording", "recording time", "how", "what viewers get"),
                    [(r.id, r.recording, f"{clock(r.span.start_ms)}-{clock(r.span.end_ms)}", r.kind, r.shown)
                     for r in plan.redactions])  # fmt: skip
    for r in plan.shown_faces:
        say(f"a face stays uncovered: {r.id} in {r.recording} {clock(r.span.start_ms)}-{clock(r.span.end_ms)}")
