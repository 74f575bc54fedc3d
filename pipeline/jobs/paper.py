"""Paper edits in a workspace: a text file each, read with what the store knows, and made into cut plans."""

import fcntl
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from clips.keeping import holds
from clips.paper import MOST_BYTES, Entry, Heading, Paper, entry_of, parse_paper, write_paper
from clips.papersheet import SheetHeading, SheetPassage, Turn, write_html, write_markdown
from pipeline.canonical import text_sha256
from pipeline.domain import Action, Choice, CutPlan, Kept, Role, Segment, Span, Speaker, Tier, Transcript, User, Word
from pipeline.errors import NotFoundError, PipelineError
from pipeline.jobs.plan import Wish, draft_plan, keep_plan
from pipeline.store import Store
from pipeline.times import clock, parse_span
from pipeline.workspace import PRIVATE, Workspace, gone_on_failure, publish, work_in, write_durably
from review.assignments import require_part
from review.ledger import record
from review.places import place_of
from review.withdrawn import is_withdrawn

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
ENDING = ".txt"

UNDECIDED = "[not decided yet]"
"""Stands on sheets for what is flagged to be removed and nobody has decided about."""

LEFT_OUT = "[left out]"
"""Stands on sheets for what was decided not to be heard at all, or only counsel may decide about."""

SPEAKERS = {Speaker.INTERVIEWER: "interviewer", Speaker.INTERPRETER: "interpreter"}

SHEETS: dict[str, Callable[[str, Sequence[SheetHeading]], str]] = {".html": write_html, ".md": write_markdown}


def paper_names(workspace: Workspace) -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in _home(workspace).glob(f"*{ENDING}") if NAME.fullmatch(path.stem)))


def paper_file(workspace: Workspace, name: str) -> Path:
    """Where a paper edit lies. Raises PipelineError for a name that is not plain: it is a file's name."""
    if not NAME.fullmatch(name):
        raise PipelineError("a paper edit is named in small letters, digits and hyphens", "for example why-they-left")
    return _home(workspace) / f"{name}{ENDING}"


def read_paper(workspace: Workspace, name: str) -> Paper:
    """Raises NotFoundError when there is none, PipelineError naming the line that cannot be read."""
    file = paper_file(workspace, name)
    if not file.is_file():
        raise NotFoundError(f"no paper edit {name}", "counterclip paper list; make one: counterclip paper add")
    raw = file.read_bytes()
    if len(raw) > MOST_BYTES:
        raise PipelineError(f"{name}{ENDING} is no paper edit: it is too large", "it holds headings and places only")
    try:
        return parse_paper(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise PipelineError(f"{name}{ENDING} is not UTF-8", "save it as UTF-8") from None
    except PipelineError as problem:
        raise PipelineError(f"{name}{ENDING}, {problem.message}", problem.hint) from None


def change_paper(workspace: Workspace, name: str, change: Callable[[Paper], Paper], *, make: bool = False) -> Paper:
    """Read, change and write one paper edit while nobody else does; with `make` there need not be one yet.

    Raises NotFoundError when there is none, and what `change` raises; then the file stays as it is.
    """
    file = paper_file(workspace, name)
    with _alone(workspace):
        paper = () if make and not file.exists() else read_paper(workspace, name)
        changed = change(paper)
        write_durably(file, write_paper(changed).encode())
    return changed


def found_entries(store: Store, lines: Iterable[str]) -> tuple[Entry, ...]:
    """The passages that `search --json` or `suggest --json` printed, one object a line.

    Raises PipelineError naming the line that is none of these, NotFoundError for an unknown recording.
    """
    entries = []
    for number, line in enumerate((text for text in lines if text.strip()), 1):
        try:
            hit = json.loads(line)
            recording, span = hit["recording"], hit["span"]
            kept = Kept(store.recording(str(recording)).id, Span(int(span["start_ms"]), int(span["end_ms"])))
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            raise PipelineError(
                f"line {number} is no passage with times", "pipe search --json or suggest --json"
            ) from None
        entries.append(entry_of(kept))
    return tuple(entries)


def kept_of(store: Store, entry: Entry) -> Kept:
    """Where an entry is, as things stand. Raises NotFoundError or PipelineError when it is nowhere."""
    recording = store.recording(entry.recording)
    if entry.segments is None:
        span = parse_span(entry.place)
        if span.end_ms > recording.probe.duration_ms:
            raise PipelineError(f"{entry.line} is after the end of the recording", "correct the time in the paper edit")
        return Kept(recording.id, span)
    transcript = store.transcript(recording.id)
    first, last = (transcript.segment(name) if transcript else None for name in entry.segments)
    if first is None or last is None or first.span is None or last.span is None or last.span < first.span:
        raise NotFoundError(f"{entry.line} is nowhere in the transcript", "recognised again? name times instead")
    return Kept(recording.id, Span(first.span.start_ms, last.span.end_ms))


def lay_out(store: Store, paper: Paper) -> tuple[SheetHeading, ...]:
    """Everything as it is shown: words with tokens for what is removed, and what speaks against each passage.

    Of a person who withdrew nothing is shown but the code.
    """
    return tuple(
        SheetHeading(
            heading.title,
            tuple(_passage(store, f"{h}.{e}", entry) for e, entry in enumerate(heading.entries, 1)),
            heading.remarks,
        )
        for h, heading in enumerate(paper, 1)
    )


def print_sheet(workspace: Workspace, store: Store, person: User, name: str, file: Path) -> tuple[SheetHeading, ...]:
    """Write the sheet; the ledger notes that testimony was printed.

    Raises AuthenticationError or NotAssignedError for who may not see all of it, WithdrawnError when somebody in it
    has withdrawn, PipelineError for an ending that is not in SHEETS or a folder that is missing.
    """
    if file.suffix not in SHEETS:
        raise PipelineError("sheets are .html or .md", "for example --out sheet.html")
    paper = read_paper(workspace, name)
    recordings = dict.fromkeys(entry.recording for heading in paper for entry in heading.entries)
    final = file.absolute()
    if not final.parent.is_dir():
        raise PipelineError(f"there is no folder {file.parent}", "make it, or choose another place")
    with work_in(final.parent) as part:
        sheet = part / file.name
        with gone_on_failure({sheet: final}), store.transaction():  # whoever withdraws was before us, or waits
            require_part(store, person, recordings, Role.EDITOR, Role.REVIEWER, Role.COUNSEL)
            laid_out = lay_out(store, paper)
            text = SHEETS[file.suffix](name, laid_out)
            record(store, "paper.printed", person.id, "paper", text_sha256(text))
            write_durably(sheet, text.encode())
            publish(sheet, final)
    return laid_out


def plan_paper(
    workspace: Workspace, store: Store, editor: User, name: str, wish: Wish, number: int | None, *, each: bool
) -> tuple[CutPlan, ...]:
    """A cut plan of the whole paper edit, of one heading, or one for each heading, titled as it is.

    All are made or none. Raises PipelineError when there is nothing to keep, and what `make_plan` raises.
    """
    paper = read_paper(workspace, name)
    if number is not None:
        if not 1 <= number <= len(paper):
            raise PipelineError(f"no heading {number}", f"counterclip paper show {name} numbers them")
        paper = paper[number - 1 : number]
    if not any(heading.entries for heading in paper):
        raise PipelineError("there is nothing in it yet", "add passages: counterclip paper add")
    groups = [(heading,) for heading in paper if heading.entries] if each else [paper]
    drafts = [_plan(workspace, store, editor, group, wish) for group in groups]
    with store.transaction():
        return tuple(keep_plan(store, editor, draft) for draft in drafts)


def _plan(workspace: Workspace, store: Store, editor: User, headings: Sequence[Heading], wish: Wish) -> CutPlan:
    kept = tuple(kept_of(store, entry) for heading in headings for entry in heading.entries)
    title = wish.title if wish.title is not None else (headings[0].title if len(headings) == 1 else None)
    return draft_plan(workspace, store, editor, replace(wish, kept=kept, title=title))


def _passage(store: Store, number: str, entry: Entry) -> SheetPassage:
    try:
        recording = store.recording(entry.recording)
        code = recording.interviewee or "nobody said whose"
        if is_withdrawn(store, recording):
            return _silent(number, entry, code, "the interviewee has withdrawn: take this out")
        span = kept_of(store, entry).span
    except PipelineError as problem:
        return _silent(number, entry, "-", problem.message)
    transcript = store.transcript(entry.recording)
    turns = _turns(store, entry.recording, transcript, span, code) if transcript else ()
    problems = tuple(_problems(store, entry.recording, transcript, span)) if transcript else ("no transcript yet",)
    return SheetPassage(number, code, entry.recording, span, turns, entry.remarks, problems)


def _silent(number: str, entry: Entry, code: str, problem: str) -> SheetPassage:
    return SheetPassage(number, code, entry.recording, None, (), (), (problem,))


def _turns(store: Store, recording: str, transcript: Transcript, span: Span, code: str) -> tuple[Turn, ...]:
    hidden = tuple(_hidden(store, recording, transcript))
    turns: list[Turn] = []
    for segment in transcript.segments:
        for word in (w for w in segment.words if holds(span, w.span)):
            speaker = _speaker(segment, word, code)
            token = next((token for place, token in hidden if place.overlaps(word.span)), word.text.strip())
            said = turns[-1].text if turns and turns[-1].speaker == speaker else None
            if said is None:
                turns.append(Turn(speaker, token))
            elif token == word.text.strip() or not said.endswith(token):
                turns[-1] = Turn(speaker, f"{said} {token}")
    return tuple(turns)


def _speaker(segment: Segment, word: Word, code: str) -> str:
    return SPEAKERS.get(word.speaker or segment.speaker or Speaker.INTERVIEWEE, code)


def _hidden(store: Store, recording: str, transcript: Transcript) -> Iterator[tuple[Span, str]]:
    """What is decided to be redacted with its token, what is decided to go, and what may have to be redacted."""
    decided = {d.flag: d for d in store.decisions(recording)}
    yield from ((d.redaction.span, d.redaction.replacement) for d in decided.values() if d.redaction)
    for flag in store.flags(recording):
        place, decision = place_of(flag, transcript), decided.get(flag.id)
        is_open = decision is None and flag.tier is Tier.RED and flag.suppressed is None
        if place and decision and decision.choice in (Choice.CUT, Choice.BLOCK, Choice.COUNSEL):
            yield place, LEFT_OUT
        elif place and is_open and flag.action in (Action.REDACT, Action.BLOCK):
            yield place, UNDECIDED


def _problems(store: Store, recording: str, transcript: Transcript, span: Span) -> Iterator[str]:
    decided = {d.flag: d for d in store.decisions(recording)}
    for flag in store.flags(recording):
        place, decision = place_of(flag, transcript), decided.get(flag.id)
        if place is None or not place.overlaps(span):
            continue
        if decision is not None and decision.choice in (Choice.CUT, Choice.BLOCK):
            yield f"flag {flag.id} at {clock(place.start_ms)} was decided: {decision.choice}"
        elif decision is None and flag.tier is Tier.RED and not flag.suppressed and flag.action is not Action.TAG:
            yield f"flag {flag.id} ({flag.item}) at {clock(place.start_ms)}: nobody has decided"


@contextmanager
def _alone(workspace: Workspace) -> Iterator[None]:
    """One process at a time changes paper edits; the lock goes with the process, however it ends."""
    locks = workspace.root / "locks"
    for folder in (locks, _home(workspace)):
        folder.mkdir(mode=PRIVATE, exist_ok=True)
    with (locks / "papers").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _home(workspace: Workspace) -> Path:
    return workspace.root / "papers"
