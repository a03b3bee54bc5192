"""The design of a reader study: what is asked of which films, and how readers answer by keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from bench_core.settings_model import Settings

QuestionId = Literal["real_or_synthetic", "which_is_real", "quality", "shows_prompt", "marks", "text"]
PARTS = ("finding", "side", "severity")
CONFIDENCES: dict[int, tuple[str, ...]] = {
    4: ("surely real", "probably real", "probably synthetic", "surely synthetic"),
    5: ("surely real", "probably real", "cannot tell", "probably synthetic", "surely synthetic"),
    6: ("surely real", "probably real", "rather real", "rather synthetic", "probably synthetic", "surely synthetic"),
}
"""Words of each rating, from 1; a scale without a middle forces a choice. The scale of 100 has words at its ends only."""
QUALITY = (
    "not usable: anatomy cannot be judged",
    "poor: large parts cannot be judged",
    "fair: usable with clear faults",
    "good: small faults",
    "excellent: as a film of good technique",
)
SHOWN = ("surely not", "probably not", "cannot tell", "probably", "surely")
NOT_SAID = "not said"


class ReadingDesign(Settings):
    """A reader study as somebody asks for it. Sets go by name or id.

    `cases` are those that count; training comes before them, and repeats, which readers cannot tell from other cases, between them.
    """

    name: Annotated[str, Field(max_length=60, description="What readers see above each film; say nothing of the truth.")]
    questions: Annotated[tuple[QuestionId, ...], Field(description="Asked of each case, in this order.")]
    synthetic: Annotated[tuple[str, ...], Field(description="Synthetic sets, drawn from in equal shares.")] = ()
    real: Annotated[str, Field(description="The set of real films; empty: none are shown.")] = ""
    cases: Annotated[int, Field(ge=2, le=1000, description="Cases that count.")] = 60
    real_share: Annotated[float, Field(ge=0, le=1, description="Of single films, the share of real ones.")] = 0.5
    options: Annotated[int, Field(ge=2, le=4, description="Films to choose among; one is real.")] = 2
    confidence: Annotated[Literal[4, 5, 6, 100], Field(description="Ratings from surely real to surely synthetic.")] = 5
    foils: Annotated[float, Field(ge=0, le=0.9, description="Share of films that are shown with the prompt of another one.")] = 0.0
    training: Annotated[int, Field(ge=0, le=100, description="Cases before those that count; each is followed by the truth.")] = 4
    repeats: Annotated[int, Field(ge=0, le=500, description="Cases of the first half that come again in the second.")] = 0
    break_every: Annotated[int, Field(ge=0, le=500, description="Cases after which a break is offered; 0: never.")] = 20
    reveal: Annotated[
        Literal["closed", "reader"], Field(description="When readers learn the truth: at the close, or after their last case.")
    ] = "closed"
    seed: Annotated[int, Field(ge=0, description="Decides films, cases and orders.")] = 0

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self.name.strip():
            raise ValueError("it needs a name, which readers see above each film")
        if not self.questions:
            raise ValueError("it asks no questions: name one")
        return self

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if len(set(self.questions)) < len(self.questions):
            raise ValueError("a question is asked twice")
        if "which_is_real" in self.questions and len(self.questions) > 1:
            raise ValueError("which_is_real shows several films at once and is asked alone")
        if self.repeats > self.cases // 2:
            raise ValueError(f"{self.repeats} repeats need twice as many cases, and there are {self.cases}")
        shown = self.kinds
        if "real" in shown and not self.real:
            raise ValueError("this study shows real films and names no real set")
        if "synthetic" in shown and not self.synthetic:
            raise ValueError("this study shows synthetic films and names no synthetic set")
        if len(set(self.synthetic)) < len(self.synthetic):
            raise ValueError("a synthetic set is named twice")
        if "real_or_synthetic" in self.questions and len(shown) < 2:
            raise ValueError("real or synthetic needs films of both kinds: a real share between 0 and 1")
        if self.foils and "shows_prompt" not in self.questions:
            raise ValueError("foils are prompts of other films, and no question asks for the prompt")
        return self

    @property
    def kinds(self) -> tuple[str, ...]:
        """Which kinds of films are shown."""
        if "which_is_real" in self.questions:
            return ("real", "synthetic")
        return tuple(kind for kind, share in (("real", self.real_share), ("synthetic", 1 - self.real_share)) if share > 0)

    @property
    def films_a_case(self) -> int:
        """Films that are seen at once."""
        return self.options if "which_is_real" in self.questions else 1


@dataclass(frozen=True)
class Asked:
    """One thing that is asked of a case, with the keys that answer it.

    Attributes:
        scale: highest rating; 0 where the answer is none.
        keys: key, rating or choice that it stands for, words.
    """

    question: str
    part: str
    words: str
    scale: int = 0
    lowest: int = 1
    keys: tuple[tuple[str, int | str, str], ...] = ()

    def browser(self) -> dict[str, Any]:
        """As the reading room wants it."""
        keys = [{"key": key, "value": value, "words": words} for key, value, words in self.keys]
        return {"question": self.question, "part": self.part, "words": self.words, "scale": self.scale, "lowest": self.lowest, "keys": keys}


def _ratings(words: tuple[str, ...]) -> tuple[tuple[str, int | str, str], ...]:
    return tuple((str(number), number, said) for number, said in enumerate(words, 1))


def asked_of(design: ReadingDesign) -> list[Asked]:
    """Everything that is asked of each case, in order."""
    found: list[Asked] = []
    for question in design.questions:
        if question == "real_or_synthetic":
            words = "Is this film real or synthetic?"
            if design.confidence == 100:
                found.append(Asked(question, "", f"{words} 0: surely real, 100: surely synthetic.", 100, 0))
            else:
                found.append(Asked(question, "", words, design.confidence, keys=_ratings(CONFIDENCES[design.confidence])))
        elif question == "which_is_real":
            films = tuple((str(n), str(n), f"film {n}") for n in range(1, design.options + 1))
            found.append(Asked(question, "", "Which film is real?", keys=films))
        elif question == "quality":
            found.append(Asked(question, "", "How good is this film?", len(QUALITY), keys=_ratings(QUALITY)))
        elif question == "shows_prompt":
            keys = (*_ratings(SHOWN), ("0", NOT_SAID, "the text does not say it"))
            found += [Asked(question, part, f"Does the film show the {part} that the text says?", len(SHOWN), keys=keys) for part in PARTS]
        elif question == "marks":
            found.append(Asked(question, "", "Mark what made you decide: drag a box, click a point. Enter when done, also without a mark."))
        else:
            found.append(Asked(question, "", "What did you notice? Enter when done, also without a word."))
    return found


def choice_of(asked: Asked, rating: float | None, choice: str) -> str:
    """What is kept as the choice of an answer; `frames.ANSWERS` says what each question has."""
    if asked.question != "real_or_synthetic" or rating is None:
        return choice
    middle = (asked.lowest + asked.scale) / 2
    return "real" if rating < middle else "synthetic" if rating > middle else "unsure"


def truth_of(asked: Asked, case: Mapping[str, Any]) -> str:
    """The right answer to what is asked of a case; empty where there is none."""
    if asked.question in ("real_or_synthetic", "which_is_real"):
        return str(case["truth"])
    return str(case["own_prompt"]) if asked.question == "shows_prompt" and asked.part == "finding" else ""
