"""What must be true before anything is made, said once more and as plainly as possible; for the state machine."""

from dataclasses import dataclass, field

from pipeline.domain import Choice, Role

CAN_SIGN = {Role.REVIEWER, Role.COUNSEL}


@dataclass
class Model:
    """One plan, its people, and what they said."""

    roles: dict[str, set[Role]]
    said: dict[str, str] = field(default_factory=lambda: {"legal_status": "released", "standing": "firm"})
    version: int = 2
    text: str = "They"
    editors: set[str] = field(default_factory=lambda: {"ed"})
    correctors: set[str] = field(default_factory=set)
    decisions: list[tuple[int, Choice, str]] = field(default_factory=list)
    readers: dict[str, str] = field(default_factory=dict)
    overrode: list[str] = field(default_factory=list)
    signed: list[tuple[str, Role, object]] = field(default_factory=list)
    withdrawn: bool = False

    def content(self) -> object:
        """Everything that is heard, seen, read and judged."""
        judged = (*self.decisions[-1:], self.readers.get(self.text), *self.overrode)
        return self.version, self.text, judged, tuple(self.said.values()), self.withdrawn

    def may_work(self, name: str, takes: set[Role] = CAN_SIGN) -> bool:
        return bool(self.roles[name] & takes) and not self.withdrawn

    def may_sign(self, name: str) -> bool:
        return self.may_work(name) and name not in self.editors | self.correctors and self.is_ready()

    def is_ready(self) -> bool:
        on_trial, last = self.said["legal_status"] == "on_trial", [choice for _, choice, _ in self.decisions[-1:]]
        let_stay = {n for n in self.overrode if self.roles[n] & CAN_SIGN} - self.editors - self.correctors
        answered = len(let_stay) >= 2 if on_trial else bool(last)
        usable = not self.withdrawn and self.said["standing"] != "supporter" and self.text in self.readers
        return usable and answered and last != [Choice.BLOCK]

    def may_cut(self) -> bool:
        valid = [(n, r) for n, r, what in self.signed if what == self.content() and r in self.roles[n]]
        people = {n for n, _ in valid} - self.editors - self.correctors
        as_counsel = {n for n, r in valid if r is Role.COUNSEL} & people
        to_counsel = [choice for _, choice, _ in self.decisions[-1:]] == [Choice.COUNSEL]
        needs_counsel = to_counsel or self.said["legal_status"] == "on_trial"
        others = len(people) - (1 if needs_counsel and as_counsel else 0)
        enough = others >= (3 if self.said["standing"] == "wavering" else 2)
        return self.is_ready() and enough and (bool(as_counsel) or not needs_counsel)
