"""The picture of the whole collection as tables: counts, codes and dates, never names or words (pure)."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

from pipeline.domain import LedgerEntry, Profile, Publication, Reach

Value = str | int | float | None

UNSAID = "not said"
MONTH = len("2026-11")

ACTS = {
    "recording.taken_in": "taken in",
    "segments.read": "readings",
    "flag.decided": "decisions",
    "plan.made": "plans",
    "plan.signed": "signatures",
    "clip.cut": "clips",
    "bundle.exported": "bundles",
    "clip.published": "published",
}
"""What people do, by the ledger's kinds, in the order of the flow."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the report."""

    name: str
    """Short: the sheet of a workbook."""
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, slots=True)
class Interview:
    """One recording as the report counts it."""

    recording: str
    interviewee: str | None
    profile: Profile | None
    described: Mapping[str, str]
    duration_ms: int
    told: Mapping[str, int]
    """Narrative → passages in which it is flagged."""
    plans: int


@dataclass(frozen=True, slots=True)
class Released:
    """One clip as the report counts it."""

    clip: str
    interviewees: tuple[str, ...]
    told: frozenset[str]
    languages: tuple[str, ...]
    platforms: tuple[str, ...]
    """Where it was handed over for, or is online."""
    campaigns: tuple[str, ...]
    has_consequence: bool
    is_unharmed: bool
    """It tells of coming home with nothing happening."""
    is_out_of_use: bool
    """Recalled, or somebody in it withdrew."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Everything the report is made of."""

    narratives: tuple[str, ...]
    interviews: tuple[Interview, ...]
    clips: tuple[Released, ...]
    publications: tuple[Publication, ...]
    """Those that are not gone."""
    reaches: tuple[Reach, ...]
    """The newest figures of each publication, also of those that are gone."""
    reached: Mapping[str, Publication]
    """The publications that the figures are of, by id."""
    entries: tuple[LedgerEntry, ...]
    today: date


def make_report(collection: Collection) -> tuple[Table, ...]:
    """Every table, in the order they are read."""
    return (
        _narratives(collection),
        _coverage(collection),
        _people(collection),
        _consequence(collection),
        _reach(collection),
        _throughput(collection),
        _waiting(collection),
        _holdings(collection),
        _exposure(collection),
    )


def _narratives(collection: Collection) -> Table:
    usable = [i for i in collection.interviews if not _is_withdrawn(i)]
    rows = []
    for item in collection.narratives:
        telling = [i for i in usable if i.told.get(item)]
        clips = [c for c in _in_use(collection) if item in c.told]
        gap = "no material" if not telling else "no clip" if not clips else ""
        people = {i.interviewee for i in telling if i.interviewee}
        rows.append((item, len(people), sum(i.told[item] for i in telling), len(clips), gap))
    columns = ("narrative", "interviewees", "passages", "clips", "gap")
    return Table("narratives", "What the interviews and the clips tell of", columns, tuple(rows))


def _coverage(collection: Collection) -> Table:
    clips = _in_use(collection)
    platforms = tuple(sorted(_agreed(collection, "platforms") | {p for c in clips for p in c.platforms}))
    languages = sorted(_agreed(collection, "languages") | {name for c in clips for name in c.languages})
    rows: list[tuple[Value, ...]] = []
    for item in (n for n in collection.narratives if n.startswith("narrative.")):
        for language in languages:
            mine = [c for c in clips if item in c.told and language in c.languages]
            counts = [sum(platform in c.platforms for c in mine) for platform in platforms]
            rows.append((item, language, len(mine), *counts, sum(n == 0 for n in counts)))
    columns = ("narrative", "language", "clips", *platforms, "gaps")
    return Table(
        "coverage", "Clips by narrative, language and platform; a gap is a platform without one", columns, tuple(rows)
    )


def _agreed(collection: Collection, what: str) -> set[str]:
    """Languages or platforms that somebody agreed to by name."""
    consents = [i.profile.consent for i in collection.interviews if i.profile and not i.profile.withdrawn]
    return {name for c in consents if c for name in getattr(c, what) if name != "*"}


def _people(collection: Collection) -> Table:
    """Each person once, however many recordings there are."""
    people = {i.interviewee: i for i in collection.interviews if i.interviewee is not None}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for one in people.values():
        for what, value in _traits(one):
            counts[what][value] += 1
    rows = tuple((what, value, n) for what in counts for value, n in sorted(counts[what].items()))
    return Table("interviewees", "Interviewees, by what people have stated", ("what", "value", "people"), rows)


def _traits(interview: Interview) -> Iterator[tuple[str, str]]:
    profile = interview.profile
    yield "consent", "withdrawn" if _is_withdrawn(interview) else "given" if profile and profile.consent else UNSAID
    yield "jurisdiction", (profile.jurisdiction if profile else None) or UNSAID
    yield "legal status", (profile.legal_status if profile else None) or UNSAID
    yield "standing", profile.standing if profile else UNSAID
    for field in ("region", "gender", "role", "period", "reason"):
        yield field, interview.described.get(field, UNSAID)


def _consequence(collection: Collection) -> Table:
    """Rule 7 of `domain.md`: who tells of coming home unharmed has to stand beside a consequence."""
    clips = _in_use(collection)
    names = sorted({name for c in clips for name in c.campaigns})
    groups = [("all clips", clips), *((name, [c for c in clips if name in c.campaigns]) for name in names)]
    rows = tuple(
        (name, len(mine), told := sum(c.has_consequence for c in mine), sum(c.is_unharmed for c in mine),
         round(told / len(mine), 3) if mine else None)
        for name, mine in groups
    )  # fmt: skip
    columns = ("campaign", "clips", "with a consequence", "coming home unharmed", "share with a consequence")
    return Table("consequence", "Clips that tell what it cost", columns, rows)


def _reach(collection: Collection) -> Table:
    """Joined to the clips: what was seen, by where it was, what it tells and whether it tells what it cost."""
    groups: dict[tuple[str, str], list[Reach]] = defaultdict(list)
    of = {c.clip: c for c in collection.clips}
    for reach in collection.reaches:
        publication = collection.reached[reach.publication]
        clip = of.get(publication.clip)
        groups["platform", publication.platform].append(reach)
        for item in sorted(clip.told) if clip else ():
            if item in collection.narratives:
                groups["narrative", item].append(reach)
        cost = "told" if clip and clip.has_consequence else "not told"
        groups["what it cost", cost].append(reach)
    rows = tuple((*key, *_totals(groups[key])) for key in sorted(groups))
    columns = ("what", "value", "publications", "views", "comments", "share watched")
    return Table("reach", "What was seen, by the platforms' figures", columns, rows)


def _totals(reaches: Sequence[Reach]) -> tuple[int, int, int, float | None]:
    """The share watched is weighed by views."""
    watched = [(r.retention, r.views) for r in reaches if r.retention is not None and r.views]
    views = sum(n for _, n in watched)
    share = round(sum(part * n for part, n in watched) / views, 3) if views else None
    return len(reaches), sum(r.views for r in reaches), sum(r.comments or 0 for r in reaches), share


def _throughput(collection: Collection) -> Table:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for entry in collection.entries:
        if entry.kind in ACTS:
            counts[entry.at[:MONTH]][entry.kind] += 1
    rows: list[tuple[Value, ...]] = [(month, *(counts[month][kind] for kind in ACTS)) for month in sorted(counts)]
    return Table("throughput", "What was done, by month", ("month", *ACTS.values()), tuple(rows))


def _waiting(collection: Collection) -> Table:
    """From a plan to its last signature."""
    firsts, lasts = dict[str, datetime](), dict[str, datetime]()
    for entry in collection.entries:
        at = datetime.fromisoformat(entry.at)
        if entry.kind == "plan.made":
            firsts.setdefault(entry.object, at)
        elif entry.kind == "plan.signed":
            lasts[entry.object] = at
    signed = [(lasts[plan] - firsts[plan]).total_seconds() / 3600 for plan in firsts if plan in lasts]
    open_ = [at for plan, at in firsts.items() if plan not in lasts]
    oldest = (collection.today - min(open_).date()).days if open_ else None
    rows: tuple[tuple[Value, ...], ...] = (
        ("plans signed by somebody", len(signed)),
        ("hours from plan to last signature, median", round(median(signed), 1) if signed else None),
        ("plans nobody has signed", len(open_)),
        ("days the oldest of them has waited", oldest),
    )
    return Table("waiting", "How long plans wait for signatures", ("what", "value"), rows)


def _holdings(collection: Collection) -> Table:
    since = {e.object: e.at[:10] for e in reversed(collection.entries) if e.object.startswith("r-")}
    rows = []
    for one in collection.interviews:
        profile, consent = one.profile, one.profile.consent if one.profile else None
        used = [c for c in _in_use(collection) if one.interviewee in c.interviewees]
        rows.append(
            (
                one.recording,
                one.interviewee,
                since.get(one.recording),
                round(one.duration_ms / 3_600_000, 2),
                _state_of(one, collection.today),
                consent.expires.isoformat() if consent and consent.expires else None,
                profile.embargo_until.isoformat() if profile and profile.embargo_until else None,
                one.plans,
                len(used),
            )
        )
    columns = ("recording", "interviewee", "kept since", "hours", "consent", "consent until", "embargo until",
               "plans", "clips of this person")  # fmt: skip
    return Table("holdings", "What is kept, since when, and until when it may be used", columns, tuple(rows))


def _state_of(interview: Interview, today: date) -> str:
    consent = interview.profile.consent if interview.profile else None
    if _is_withdrawn(interview):
        return "withdrawn"
    if consent is None:
        return UNSAID
    return "ended" if consent.expires and consent.expires <= today else "given"


def _exposure(collection: Collection) -> Table:
    of = {c.clip: c for c in collection.clips}
    ends = {i.interviewee: i.profile.consent.expires for i in collection.interviews if i.profile and i.profile.consent}
    rows = []
    for made in sorted(collection.publications, key=lambda p: (p.published_on, p.id)):
        clip = of.get(made.clip)
        people = clip.interviewees if clip else ()
        until = min((day for code in people if (day := ends.get(code))), default=None)
        rows.append(
            (
                made.clip,
                made.platform,
                made.published_on,
                made.review_by,
                ", ".join(people),
                until.isoformat() if until else None,
                _to_do(clip, made, until, collection.today),
            )
        )
    columns = ("clip", "platform", "online since", "look again by", "interviewees", "consent until", "to do")
    return Table("exposure", "What is online now", columns, tuple(rows))


def _to_do(clip: Released | None, made: Publication, until: date | None, today: date) -> str:
    if clip is None or clip.is_out_of_use or (until is not None and until <= today):
        return "take it down"
    return "look at it again" if made.review_by and made.review_by <= today.isoformat() else ""


def _in_use(collection: Collection) -> list[Released]:
    return [c for c in collection.clips if not c.is_out_of_use]


def _is_withdrawn(interview: Interview) -> bool:
    return interview.profile is not None and interview.profile.withdrawn
