"""The script of the sample interview. All of it is invented: no person, group or place is meant.

A list of turns; a turn is a list of sentences, each with the pause (ms) that follows it.
"""

from dataclasses import dataclass
from typing import Final

INTERVIEWER: Final = "interviewer"
INTERVIEWEE: Final = "interviewee"


@dataclass(frozen=True, slots=True)
class Turn:
    speaker: str
    sentences: tuple[tuple[str, int], ...]
    pause_ms: int
    """Silence after the turn, until the next one speaks."""

    @property
    def text(self) -> str:
        return " ".join(text for text, _ in self.sentences)


NAME: Final = "Daniel Brooks"
"""An invented private person: what the demo has to redact."""

WARNING_TURN: Final = 0
ADMISSION_TURN: Final = 5
CLIP_TURN: Final = 7

TURNS: Final = (
    Turn(
        INTERVIEWER,
        (
            ("Before we begin, a warning.", 380),
            ("You do not have to answer.", 340),
            ("Please do not tell me anything that could incriminate you.", 0),
        ),
        700,
    ),
    Turn(INTERVIEWEE, (("Yes.", 260), ("I understand.", 0)), 900),
    Turn(INTERVIEWER, (("What did they promise you?", 0),), 850),
    Turn(
        INTERVIEWEE,
        (
            ("They promised us a house, a salary, and respect.", 480),
            ("There was no house, and there was no salary.", 420),
            ("The commanders kept the cars and the money for their own families.", 0),
        ),
        800,
    ),
    Turn(INTERVIEWER, (("And what did you do there?", 0),), 1250),
    Turn(
        INTERVIEWEE,
        (("I guarded the prisoners.", 560), ("Every night for two months, I stood at that door.", 0)),
        1100,
    ),
    Turn(INTERVIEWER, (("What would you say to young people who want to go?", 0),), 1100),
    Turn(
        INTERVIEWEE,
        (
            ("Do not go.", 520),
            ("Everything they show you in the videos is a lie.", 460),
            (f"My friend {NAME} told me that we would be brothers.", 430),
            ("But when I was hungry, nobody helped.", 380),
            ("When I asked questions, they called me a traitor.", 560),
            ("They spoke about honor, and they thought about money.", 430),
            ("They sent young men to die, and kept their own sons at home.", 620),
            ("I lost my youth there, and I lost my name.", 560),
            ("If somebody tells you that they need you, do not believe him.", 480),
            ("Stay at home.", 300),
            ("Finish school.", 300),
            ("Talk to somebody you trust.", 0),
        ),
        0,
    ),
)
