"""The nouns, in flow order. Frozen; times are integer milliseconds, spans half-open.

Plain `_ms` names are recording time, `clip_..._ms` names are clip time (0 = the first frame of
the finished file, cards included). Ids are short and random: `r-…` recording, `s…` segment,
`f-…` flag, `d-…` decision, `x-…` redaction, `p-…` plan, `c-…` clip, `b-…` bundle, `u-…` user.
"""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from fractions import Fraction


def new_id(prefix: str) -> str:
    """A short random id such as `p-3f9a0c1b2d`: it tells nothing about what it names."""
    return f"{prefix}-{secrets.token_hex(5)}"


def utc_now() -> str:
    """This moment, UTC, ISO 8601 with milliseconds, so that texts sort as times do."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Action(StrEnum):
    """What a checklist item demands."""

    BLOCK = "block"
    REDACT = "redact"
    REVIEW = "review"
    TAG = "tag"


class Choice(StrEnum):
    """What a person decided about a flag."""

    KEEP = "keep"
    REDACT = "redact"
    CUT = "cut"
    BLOCK = "block"
    COUNSEL = "counsel"


class Role(StrEnum):
    EDITOR = "editor"
    REVIEWER = "reviewer"
    COUNSEL = "counsel"
    EXPORTER = "exporter"
    ADMIN = "admin"


class Standing(StrEnum):
    """A dated human judgement on where an interviewee stands; never computed."""

    FIRM = "firm"
    WAVERING = "wavering"
    SUPPORTER = "supporter"
    UNKNOWN = "unknown"


class LegalStatus(StrEnum):
    UNCHARGED = "uncharged"
    CHARGED = "charged"
    ON_TRIAL = "on_trial"
    APPEAL = "appeal"
    SERVING = "serving"
    RELEASED = "released"

    @property
    def is_before_verdict(self) -> bool:
        """Before charge or trial more items block and counsel signs (`domain.md`, profiles)."""
        return self in (LegalStatus.UNCHARGED, LegalStatus.CHARGED, LegalStatus.ON_TRIAL)


class Speaker(StrEnum):
    INTERVIEWER = "interviewer"
    INTERVIEWEE = "interviewee"
    INTERPRETER = "interpreter"


class Agent(StrEnum):
    """Who did what a flag is about. `unknown` is treated as `self`."""

    SELF = "self"
    GROUP = "group"
    OTHER = "other"
    UNKNOWN = "unknown"


class Modality(StrEnum):
    ASSERTED = "asserted"
    DENIED = "denied"
    HYPOTHETICAL = "hypothetical"
    REPORTED = "reported"


class Tier(StrEnum):
    """`red` acts by default; `amber` means read this first and never acts by itself."""

    RED = "red"
    AMBER = "amber"


class RedactionKind(StrEnum):
    SILENCE = "silence"
    TONE = "tone"
    ROOM = "room"
    BOX = "box"
    FACE = "face"
    BLUR = "blur"

    @property
    def is_sound(self) -> bool:
        return self in (RedactionKind.SILENCE, RedactionKind.TONE, RedactionKind.ROOM)


class Aspect(StrEnum):
    WIDE = "16:9"
    SQUARE = "1:1"
    TALL = "9:16"


class Picture(StrEnum):
    """`source` shows the recording's picture; `off` shows a card and the voice only."""

    SOURCE = "source"
    OFF = "off"


class Faces(StrEnum):
    """What becomes of the faces in the picture: a solid cover, a blur made of what is around them, or nothing."""

    COVER = "cover"
    BLUR = "blur"
    SHOW = "show"


class Voice(StrEnum):
    """What becomes of everyone's voice in a clip: heard as recorded, disguised, gone (subtitles only), or another's."""

    SOURCE = "source"
    DISGUISED = "disguised"
    REMOVED = "removed"
    REVOICED = "revoiced"

    @property
    def is_gone(self) -> bool:
        """Nothing of the recording's sound is in the clip. A disguise can be undone in part, so it is not that."""
        return self in (Voice.REMOVED, Voice.REVOICED)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open stretch of time, `[start_ms, end_ms)`.

    Raises ValueError when it would start before zero or end before it starts.
    """

    start_ms: int
    end_ms: int

    def __post_init__(self) -> None:
        if not 0 <= self.start_ms <= self.end_ms:
            raise ValueError(f"not a span: {self.start_ms}..{self.end_ms} ms")

    @property
    def duration_ms(self) -> int:
        return self.end_ms - self.start_ms

    def overlaps(self, other: "Span") -> bool:
        """True when both share at least one millisecond."""
        return self.start_ms < other.end_ms and other.start_ms < self.end_ms

    def contains(self, other: "Span") -> bool:
        return self.start_ms <= other.start_ms and other.end_ms <= self.end_ms

    def intersection(self, other: "Span") -> "Span | None":
        """What both share, or None when that is nothing."""
        if not self.overlaps(other):
            return None
        return Span(max(self.start_ms, other.start_ms), min(self.end_ms, other.end_ms))


@dataclass(frozen=True, slots=True)
class PictureStream:
    """The video stream that is shown: always addressed by its index in the file."""

    index: int
    codec: str
    width: int
    height: int
    """Pixels as stored, before rotation and sample aspect."""
    frame_rate: Fraction
    rotation: int
    """Degrees clockwise the player turns the picture: 0, 90, 180 or 270."""
    sample_aspect: Fraction


@dataclass(frozen=True, slots=True)
class SoundStream:
    """The audio stream that is heard: the same index is used for recognition and for render."""

    index: int
    codec: str
    sample_rate: int
    channels: int


@dataclass(frozen=True, slots=True)
class Probe:
    """Facts read from a file."""

    container: str
    start_ms: int
    """The container's first timestamp; recording time 0 is this moment, as players count."""
    duration_ms: int
    sound: SoundStream
    picture: PictureStream | None
    """None for an audio-only recording."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A source file as received, never altered."""

    id: str
    sha256: str
    size_bytes: int
    probe: Probe
    interviewee: str | None
    """The interviewee's code; None until someone says who it is, and then nothing can be cut."""
    warning_at_ms: int | None = None
    """When the interviewer warned him not to incriminate himself; None: not on this tape."""


@dataclass(frozen=True, slots=True)
class Word:
    """One spoken word. Its text is never altered; corrections are overlays."""

    text: str
    span: Span
    probability: float | None = None
    """The engine's, 0 to 1; None when the transcript was imported without one."""
    speaker: Speaker | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """The engine's stretch of words."""

    id: str
    text: str
    span: Span | None
    """None for text that came without times; such a segment can be checked but never cut."""
    words: tuple[Word, ...] = ()
    speaker: Speaker | None = None
    """None: nobody knows yet, and the checklist treats it as the interviewee."""
    language: str | None = None
    translation: str | None = None
    """English, a machine draft."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Where a second listening heard something else: shown to people, who decide which it is."""

    span: Span
    """Of the words in question, or of a voice without words."""
    was: str
    """What stands in the transcript; empty where a voice has no words."""
    instead: str
    """What was heard the second time; empty for nothing."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """All segments of one recording from one engine run."""

    language: str
    """BCP 47; `und` when nobody knows."""
    duration_ms: int
    engine: str
    model: str
    segments: tuple[Segment, ...]
    voiced: tuple[Span, ...] | None = None
    """Where a voice is heard, found without the engine; None when there was no audio to listen to."""
    doubts: tuple[Doubt, ...] = ()
    """What a second listening to doubtful places heard otherwise, in time order."""

    def segment(self, segment_id: str) -> Segment | None:
        return next((s for s in self.segments if s.id == segment_id), None)

    def words_within(self, span: Span) -> tuple[Word, ...]:
        """Every word that sounds inside the span, in time order, also if only partly."""
        return tuple(w for s in self.segments for w in s.words if w.span.overlaps(span))


@dataclass(frozen=True, slots=True)
class VoiceTurn:
    """What one voice says without another one in between."""

    span: Span
    """From its first word to the end of its last."""
    voice: int
    """1 is the first that is heard."""
    is_sure: bool
    """False: it may as well be another voice; whatever people say of the voice does not make this turn an
    interviewer's."""


@dataclass(frozen=True, slots=True)
class Voices:
    """Who speaks when, as the machine heard it; whose voice it is, people say."""

    turns: tuple[VoiceTurn, ...]
    unclear: tuple[Span, ...]
    """Where voices meet without a pause, overlap, or cannot be told apart."""
    proposed: tuple[Speaker | None, ...]
    """For each voice what it sounds like; changes nothing until a person says so."""
    two_microphones: bool = False
    """They were told apart by the microphone that was nearer."""


@dataclass(frozen=True, slots=True)
class Naming:
    """Whose voice it is, as a person says; a later one takes its place."""

    recording: str
    voices_sha256: str
    """Of the `Voices` that were listened to: when voices are told apart anew, nobody has said whose they are."""
    voice: int
    speaker: Speaker
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class TextMatch:
    """Character offsets in a segment's text, end exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Flag:
    """One checklist item raised at one place, with its explanation."""

    id: str
    item: str
    segment: str
    """Id of the segment; empty for a stretch of sound that has no words."""
    match: TextMatch | None
    span: Span | None
    """Recording time of the matched words; None where the transcript has no times."""
    agent: Agent
    modality: Modality
    tier: Tier
    score: float
    rule: str
    """The checklist line or reader that raised it."""
    why: str
    """For a lawyer: plain words, never the transcript's."""
    action: Action
    suppressed: str | None = None
    """Why a candidate was not raised; None for a flag that stands."""


@dataclass(frozen=True, slots=True)
class Region:
    """Picture rectangle in pixels of the upright source picture."""

    x: int
    y: int
    width: int
    height: int

    @property
    def text(self) -> str:
        """As `review cover` takes it."""
        return f"{self.x},{self.y},{self.width},{self.height}"

    def united(self, other: "Region") -> "Region":
        """The smallest region that holds both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        right = max(self.x + self.width, other.x + other.width)
        return Region(x, y, right - x, max(self.y + self.height, other.y + other.height) - y)


@dataclass(frozen=True, slots=True)
class Keyframe:
    """Where something that moves is at one moment; between two of them it moves evenly."""

    at_ms: int
    """Recording time."""
    region: Region


@dataclass(frozen=True, slots=True)
class Redaction:
    """Something hidden inside material that stays."""

    id: str
    recording: str
    kind: RedactionKind
    span: Span
    """Recording time, already grown and padded: exactly this is replaced."""
    region: Region | None = None
    replacement: str = "[removed]"
    """What cues show instead of the words; of fixed form, so that its length tells nothing."""
    flag: str | None = None
    track: tuple[Keyframe, ...] = ()
    """Where the region goes, in time order; empty for one that stays where it is."""

    @property
    def shown(self) -> str:
        """What viewers get instead: the words of the cues, or the place in the picture that is covered."""
        if self.kind.is_sound:
            return f"subtitles show {self.replacement}"
        follows = "; it follows what it covers" if self.track else ""
        return f"{self.kind} at {self.region.text} (x,y,width,height){follows}" if self.region else self.kind


@dataclass(frozen=True, slots=True)
class Decision:
    """One person's verdict on one flag."""

    id: str
    recording: str
    flag: str
    choice: Choice
    reason: str
    note: str
    by: str
    """User id."""
    at: str
    """UTC, ISO 8601."""
    redaction: Redaction | None = None
    """What `redact` removes; present exactly when the choice is `redact`."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A person read this segment in full: only that makes it clear."""

    recording: str
    segment: str
    text_sha256: str
    """Of the text that was read; a corrected segment has to be read again."""
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person says one word is, or who says it: laid over the word, which keeps its time."""

    recording: str
    segment: str
    span: Span
    """Of the word as it was heard; with `was` it finds the word again after a new recognition."""
    was: str
    text: str | None
    """None: the text stands."""
    speaker: Speaker | None
    """None: the speaker stands."""
    by: str
    at: str


class ClaimStatus(StrEnum):
    """What is known about a claim of innocence (`domain.md`, rule 6)."""

    UNVERIFIED = "unverified"
    CORROBORATED = "corroborated"
    DISPUTED = "disputed"
    FALSE = "false"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a person found out about a claim of innocence; a later one takes its place."""

    recording: str
    flag: str
    status: ClaimStatus
    source: str
    """Where that is known from, in a few words."""
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Comment:
    """A remark for colleagues, pinned to a moment of a recording."""

    id: str
    recording: str
    segment: str
    at_ms: int
    text: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Consent:
    """What the interviewee allowed. The narrowest reading counts."""

    face: bool
    voice: bool
    name: bool
    platforms: tuple[str, ...]
    languages: tuple[str, ...]
    """BCP 47 of subtitles he agreed to; `*` for any."""
    expires: date | None


@dataclass(frozen=True, slots=True)
class Profile:
    """What people have said about an interviewee, the latest of each; dated and signed in the store."""

    code: str
    consent: Consent | None
    legal_status: LegalStatus | None
    standing: Standing
    jurisdiction: str | None
    embargo_until: date | None
    withdrawn: bool
    warning_override: str | None = None
    """Reason given for going without a recorded warning."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A span of one recording that stays in the clip."""

    recording: str
    span: Span


@dataclass(frozen=True, slots=True)
class Card:
    """A title picture before or after the speech. Empty texts make no card."""

    title: str
    text: str
    duration_ms: int


class NoteKind(StrEnum):
    """What a card between the opening card and the speech is about."""

    CONTENT = "content"
    """What viewers will hear that may be hard to bear."""
    TRANSLATION = "translation"
    """What they should know of the translation."""


@dataclass(frozen=True, slots=True)
class Note:
    """A card between the opening card and the speech."""

    kind: NoteKind
    card: Card


@dataclass(frozen=True, slots=True)
class LowerThird:
    """A line in the picture about who speaks, such as his role."""

    text: str
    span: Span
    """Clip time, not recording time."""
    language: str = ""
    """The burned language that it stands beside; empty: beside all of them."""
    is_name: bool = False
    """The checklist takes a word of it for a person's name."""


@dataclass(frozen=True, slots=True)
class HeardSound:
    """Something that is heard besides speech, as a person described it."""

    recording: str
    span: Span
    """Recording time."""
    text: str
    """Without brackets."""


@dataclass(frozen=True, slots=True)
class Sdh:
    """That there are subtitles for the deaf and hard of hearing too, and what they tell besides speech and speakers."""

    sounds: tuple[HeardSound, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadCue:
    """What of another reader's recording stands for one cue."""

    number: int
    """Of the cue, 1 first."""
    clip_start_ms: int
    """Where it is laid."""
    span: Span
    """Of the reader's recording."""


@dataclass(frozen=True, slots=True)
class Revoicing:
    """Another person's reading of a plan's subtitles; the recording is kept and never changed."""

    id: str
    """`v-…`, the name of its folder."""
    sha256: str
    """Of the recording."""
    language: str
    """Of the subtitles that were read."""
    cues_sha256: str
    """Of them as they were read: when they change, it does not fit any more."""
    cues: tuple[ReadCue, ...]
    missing: tuple[int, ...]
    """Cues that nobody read."""
    additional: int
    """Words that are in no cue and were cut away."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A kept span with its place in the clip, exact to the frame."""

    recording: str
    span: Span
    first_frame: int
    frames: int
    clip_start_ms: int
    clip_end_ms: int


@dataclass(frozen=True, slots=True)
class FaceSearch:
    """Somebody's machine looked for faces here: without one no kept span is shown with its faces covered."""

    recording: str
    span: Span
    """Recording time that was searched in full."""
    detector: str
    """Name and sha256 of its weights, so that another one's answer is not taken for this one's."""
    found: tuple[str, ...]
    """Redaction ids, one for each face followed; each is covered, or shown because a person chose so."""


@dataclass(frozen=True, slots=True)
class Middle:
    """Where the middle of a shape that loses the sides of the picture lies at one moment."""

    at_ms: int
    """Recording time."""
    x: int
    """Pixels from the left of the upright picture."""


@dataclass(frozen=True, slots=True)
class Framing:
    """What is seen of a wide picture in square and tall clips, through one kept span."""

    recording: str
    span: Span
    """What it was found or set for."""
    middles: tuple[Middle, ...]
    """In time order, at least one; between two of them the middle moves evenly."""
    by_hand: bool = False
    """A person set it; else it follows the largest face."""


@dataclass(frozen=True, slots=True)
class CutPlan:
    """The kept spans, redactions and shapes of one clip. Any change makes a new version."""

    id: str
    version: int
    title: str
    kept: tuple[Kept, ...]
    redactions: tuple[Redaction, ...]
    aspects: tuple[Aspect, ...]
    burn: tuple[str, ...]
    """Languages of burned-in subtitles; one rendition each. Empty: none burned."""
    frame_rate: Fraction
    picture: Picture
    opening: Card | None
    closing: Card | None
    render_profile: str
    made_by: str
    edited_by: tuple[str, ...]
    """Everyone who made or edited any version: none of them may sign it."""
    salt: str
    """128 random bits in hex, so that a digest cannot be confirmed by guessing the words."""
    faces: Faces = Faces.SHOW
    searches: tuple[FaceSearch, ...] = ()
    """Where faces were looked for; empty while faces are shown."""
    shown_faces: tuple[Redaction, ...] = ()
    """Faces that were found and stay uncovered, because a person chose so."""
    voice: Voice = Voice.SOURCE
    lower_thirds: tuple[LowerThird, ...] = ()
    framings: tuple[Framing, ...] = ()
    """For shapes that lose the sides of the picture; a kept span without one is shown around its middle."""
    revoicing: Revoicing | None = None
    """Present where the voice is another reader's."""
    sdh: Sdh | None = None
    """Present where subtitles for the deaf and hard of hearing lie beside the clip."""
    notes: tuple[Note, ...] = ()
    """Cards between the opening card and the speech, in this order."""
    sources: str = ""
    """What the closing card gives as sources."""
    looks: str = ""
    """sha256 of how cards and lower thirds look, where a designer changed that."""

    def passages(self) -> tuple[Passage, ...]:
        """The kept spans on the clip's clock, the opening card first; spans become whole frames."""
        frame = self.opening_frames
        placed = []
        for kept in self.kept:
            count = max(1, round(kept.span.duration_ms * self.frame_rate / 1000))
            ends = (self.clip_ms(frame), self.clip_ms(frame + count))
            placed.append(Passage(kept.recording, kept.span, frame, count, *ends))
            frame += count
        return tuple(placed)

    def card_frames(self, card: Card | None) -> int:
        return round(card.duration_ms * self.frame_rate / 1000) if card else 0

    def clip_ms(self, frame: int) -> int:
        """Clip time at which this frame appears."""
        return round(frame * 1000 / self.frame_rate)

    @property
    def opening_frames(self) -> int:
        """Of all cards before the speech."""
        return self.card_frames(self.opening) + sum(self.card_frames(note.card) for note in self.notes)

    @property
    def total_frames(self) -> int:
        speech = sum(p.frames for p in self.passages())
        return self.opening_frames + speech + self.card_frames(self.closing)


@dataclass(frozen=True, slots=True)
class SignOff:
    """One person's approval of one digest."""

    plan: str
    subject: str
    """`core`, or the BCP 47 tag of a language version."""
    sha256: str
    by: str
    role: Role
    at: str


@dataclass(frozen=True, slots=True)
class Override:
    """One named person's word that a blocked flag may stay; two different ones are needed."""

    flag: str
    plan: str
    reason: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Approval:
    """The computed answer: who had to sign, who did, what is missing."""

    required: tuple[str, ...]
    """In words, for example `two reviewers who did not make it`, `counsel`."""
    signed_by: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        return not self.missing


@dataclass(frozen=True, slots=True)
class Permit:
    """The gate's yes, bound to digests. Only `review/policy.py` makes one."""

    plan: str
    plan_sha256: str
    core_sha256: str
    cues_sha256: tuple[tuple[str, str], ...]
    """(language, sha256 of its cues) for every language that may be rendered or delivered."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One timed subtitle block on screen."""

    clip_start_ms: int
    clip_end_ms: int
    lines: tuple[str, ...]
    speaker: Speaker | None = None
    redacted: bool = False
    """It stands, wholly or partly, for speech that was removed."""


class Origin(StrEnum):
    """Where the words of a language version come from."""

    SPEECH = "speech"
    MACHINE = "machine translation"
    """A draft, and shown as one until a person has signed it."""
    PERSON = "translation"


@dataclass(frozen=True, slots=True)
class Translation:
    """What a person made of a plan's subtitles in another language; a later one takes its place."""

    plan: str
    language: str
    """BCP 47."""
    aspect: Aspect
    """The shape whose cues were translated; other shapes show the same words in lines of their own."""
    source_sha256: str
    """Of the speech it was made from: when that changes, it does not fit any more."""
    cues: tuple[Cue, ...]
    accepted: str
    """Why what was found in it may stay; empty when nothing was."""
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that verification looked at."""

    name: str
    passed: bool
    detail: str
    """Figures and limits; never words that were removed."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found when the finished file was opened again."""

    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        return bool(self.checks) and all(c.passed for c in self.checks)


@dataclass(frozen=True, slots=True)
class Rendition:
    """The same clip in one shape and one burned language."""

    aspect: Aspect
    burn: str | None
    file_name: str
    sha256: str
    size_bytes: int
    width: int
    height: int
    duration_ms: int
    verification: Verification


@dataclass(frozen=True, slots=True)
class Clip:
    """A rendered, verified plan."""

    id: str
    plan: str
    plan_version: int
    core_sha256: str
    made_at: str
    renditions: tuple[Rendition, ...]
    sidecars: tuple[str, ...] = field(default=())
    """File names of the subtitle files beside it."""
    sidecars_sha256: tuple[str, ...] = field(default=())
    """Of each of them, in the same order."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file of a bundle, as one platform gets it."""

    clip: str
    platform: str
    file: str
    """Its path in the bundle; platforms whose wishes are equal share one."""
    sha256: str
    rendition: str
    """File name of the verified rendition it is, or was made from."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was handed over."""

    id: str
    campaign: str
    clips: tuple[str, ...]
    platforms: tuple[str, ...]
    made_at: str
    manifest_sha256: str
    recipient: str = ""
    """Who got it: a partner, an office. Stays in the store; never in the bundle or the ledger."""
    deliveries: tuple[Delivery, ...] = ()
    """What each platform gets; empty in bundles from before there were presets."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a finished file sounds and looks like, by which copies are recognised. Tells no words and no faces."""

    clip: str
    sha256: str
    """Of the file."""
    sound: tuple[int, ...]
    """Chromaprint's items."""
    pictures: tuple[str, ...]
    """For each crop the perceptual hashes one after another, in hex; empty where no picture is shown."""


@dataclass(frozen=True, slots=True)
class Publication:
    """A clip that somebody put online."""

    id: str
    clip: str
    platform: str
    url: str
    published_on: str
    """Day, YYYY-MM-DD."""
    review_by: str | None
    """Day on which somebody looks whether it may stay; None: nobody asked for one."""
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Reach:
    """What a platform counted for a publication up to a day."""

    publication: str
    day: str
    """YYYY-MM-DD; numbers are totals up to it."""
    views: int
    retention: float | None
    """Mean share of the clip that is watched, 0 to 1."""
    comments: int | None
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Removal:
    """Somebody saw that a publication is gone."""

    publication: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Recall:
    """A clip that must not be made, shown or handed over any more."""

    clip: str
    reason: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class User:
    """A person who may act in this workspace."""

    id: str
    name: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One row of the audit ledger: ids and digests, never names or words."""

    seq: int
    prev: str
    """sha256 of the entry before; 64 zeros for the first."""
    at: str
    actor: str
    kind: str
    object: str
    content_sha256: str
    sha256: str
