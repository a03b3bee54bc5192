"""What an import leaves out, counted by reason: readers fill it, every door prints it, the set keeps it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bench_core.records import counted


@dataclass
class Omissions:
    """How many images (or rows, or files) were left out, by reason.

    A reason reads on from its number: `TIFF`, `without a view`, `dead link(s)`.

    Attributes:
        advice: what can be done about a reason, where something can.
    """

    counts: dict[str, int] = field(default_factory=dict)
    advice: dict[str, str] = field(default_factory=dict)

    def add(self, reason: str, count: int = 1, advice: str = "") -> None:
        """Counts so many more."""
        if count:
            self.counts[reason] = self.counts.get(reason, 0) + count
        if count and advice:
            self.advice[reason] = advice

    def add_each(self, reasons: Iterable[str]) -> None:
        """Counts one for each of these; empty ones say that nothing is left out."""
        for reason in reasons:
            if reason:
                self.add(reason)

    def add_all(self, counts: Mapping[str, int]) -> None:
        """Counts what was counted elsewhere."""
        for reason, count in counts.items():
            self.add(reason, count)

    def advised(self) -> str:
        """What can be done about each reason, with how often there is one."""
        said = [f"{self.counts[reason]:,} {counted(reason, self.counts[reason])}: {text}" for reason, text in self.advice.items()]
        return " ".join(said)
