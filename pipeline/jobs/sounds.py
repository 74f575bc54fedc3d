"""What an editor types for a sound, for those who do not hear it, and whether it names anybody."""

from collections.abc import Iterable, Mapping, Sequence

from pipeline.domain import Cue, HeardSound, Kept, Sdh, Tier, Transcript
from pipeline.errors import PipelineError
from pipeline.jobs.ingest import current_checklist
from pipeline.times import parse_span
from pipeline.workspace import Workspace
from review.flags import raise_flags
from review.gate_texts import PERSON
from review.typed import LONGEST_SOUNDS, MOST_SOUNDS
from subtitles.handover import as_transcript
from subtitles.plain_sounds import unknown_words

IDENTITY = "identity."
LONGEST = 60
"""Characters; a longer one is not read in a pause."""


def parse_sound(text: str) -> HeardSound:
    """`1:15-1:17 door slams` or `r-ID:1:15-1:17 door slams`, recording time; brackets are left out.

    Raises PipelineError when the times or the text are missing.
    """
    first, _, rest = text.strip().partition(" ")
    recording = ""
    if first.startswith("r-"):
        recording, _, first = first.partition(":")
    heard = " ".join(rest.split()).strip("[]").strip()
    if not heard or len(heard) > LONGEST or not heard.isprintable():
        raise PipelineError(f"a sound has a text of 1 to {LONGEST} characters", "for example '1:15-1:17 door slams'")
    return HeardSound(recording, parse_span(first), heard)


def parse_sounds(texts: Iterable[str] | None) -> tuple[HeardSound, ...] | None:
    """None when nothing was said; empty texts are none.

    Raises PipelineError when one cannot be read, and for more than the plan's form can hold.
    """
    if texts is None:
        return None
    typed = [text for text in texts if text.strip()]
    if len(typed) > MOST_SOUNDS or sum(map(len, typed)) + len(typed) > LONGEST_SOUNDS:
        raise PipelineError(f"a plan has at most {MOST_SOUNDS} sounds", "leave some out")
    return tuple(parse_sound(text) for text in typed)


def wanted_sdh(
    workspace: Workspace,
    before: Sdh | None,
    wanted: bool | None,
    sounds: Sequence[HeardSound] | None,
    kept: Sequence[Kept],
    transcripts: Mapping[str, Transcript],
) -> Sdh | None:
    """What a plan has for the deaf and hard of hearing: as it was where nobody said otherwise; sounds ask for it.

    Raises PipelineError when nobody can tell which recording a sound is in, or the checklist finds in one what tells
    who somebody is.
    """
    if wanted is False and sounds:
        raise PipelineError(
            "sounds are told only in subtitles for the deaf and hard of hearing",
            "ask for those (--sdh), or leave the sounds out",
        )
    if wanted is False or not (wanted or sounds or before):
        return None
    names = tuple(dict.fromkeys(k.recording for k in kept))
    if sounds is None:
        sounds = [s for s in before.sounds if s.recording in names] if before else ()
    placed = tuple(_placed(sound, names) for sound in sounds)
    for name in names:
        _require_nobody_told(workspace, [s for s in placed if s.recording == name], transcripts[name].language)
    return Sdh(tuple(sorted(placed, key=lambda s: (names.index(s.recording), s.span))))


def _placed(sound: HeardSound, names: Sequence[str]) -> HeardSound:
    if sound.recording in names:
        return sound
    if sound.recording or len(names) > 1:
        where = f"{sound.recording} is not in the plan" if sound.recording else "which recording is a sound in?"
        raise PipelineError(where, f"write r-ID:START-END TEXT with one of {', '.join(names)}")
    return HeardSound(names[0], sound.span, sound.text)


def _require_nobody_told(workspace: Workspace, sounds: Sequence[HeardSound], language: str) -> None:
    """A sound is told in the language of the speech, and read by the checklist in it.

    Names it reads in English only: elsewhere what may be one is refused, unless it is a plain word of sounds. Read as
    English nearly every word of another language is somebody's name.
    """
    cues = [Cue(n * 1_000, n * 1_000 + 900, (sound.text,)) for n, sound in enumerate(sounds)]
    flags = raise_flags(as_transcript(cues, language), current_checklist(workspace)) if cues else ()
    told = {f.item for f in flags if f.suppressed is None and (f.tier is Tier.RED or f.item == PERSON)}
    if any(unknown_words(sound.text, language) for sound in sounds):
        raise PipelineError(
            "a sound holds a word that may be a name, or identify a person otherwise",
            "say what is heard in plain words and small letters, or in English, such as 'a man laughs'",
        )
    if said := sorted(item for item in told if item.startswith(IDENTITY)):
        raise PipelineError(
            f"a sound tells what may identify a person: {', '.join(said)}", "say what is heard, such as 'a man laughs'"
        )
