"""What a reader's browser is told, and the answers that it sends. Nothing here says what a film is before the design allows it."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench_core.engine.reading.design import NOT_SAID, Asked, ReadingDesign, asked_of, choice_of, truth_of
from bench_core.engine.reading.films import blinded, slot_name
from bench_core.engine.reading.studies import design_of
from bench_core.errors import InputError, NotAllowed, UnknownName
from bench_core.store.sight import holds_real
from bench_core.store.workspace import Workspace

LONGEST_TEXT, MOST_MARKS, LONGEST_SECONDS = 4000, 50, 7 * 24 * 3600.0
BLOCKS_SAID = {"training": "training", "main": "reading", "repeat": "reading"}
"""What readers are told of the block: a repeat looks like any other case."""


@dataclass
class _Seat:
    """A reader in a study, with everything that decides what comes next."""

    study: dict[str, Any]
    reader: dict[str, Any]
    design: ReadingDesign
    asked: list[Asked]
    given: dict[tuple[int, str, str], dict[str, Any]]

    @property
    def cases(self) -> list[dict[str, Any]]:
        by_id = {case["id"]: case for case in self.study["cases"]}
        return [by_id[name] for name in self.reader["sequence"]]

    @property
    def at(self) -> int:
        """The position, from 1, of the first case that is not answered whole; one more than there are when all are."""
        length = len(self.reader["sequence"])
        return next((p for p in range(1, length + 1) if self.left(p)), length + 1)

    def left(self, position: int) -> list[Asked]:
        """What is still asked of a case."""
        return [asked for asked in self.asked if (position, asked.question, asked.part) not in self.given]

    def slot(self, position: int) -> str:
        return slot_name(self.study["secret"], self.reader["id"], position)

    def position_of(self, slot: str) -> int:
        """Raises UnknownName where no case of this reader is called so."""
        for position in range(1, len(self.reader["sequence"]) + 1):
            if self.slot(position) == slot:
                return position
        raise UnknownName("case of this reader", slot[:40], [])


def _seat(workspace: Workspace, token: str) -> _Seat:
    reader = workspace.reading.reader_of(token)
    if reader is None:
        raise UnknownName("reader with this link", token[:6] + "…", [])
    study = workspace.reading.study(reader["study"])
    design = design_of(study)
    given = {(a["position"], a["question"], a["part"]): a for a in workspace.reading.answers(study["id"], reader["id"])}
    return _Seat(study, reader, design, asked_of(design), given)


def shows_patients(workspace: Workspace, token: str) -> bool:
    """Whether the study of a reader has films of patients: who may not see those may not read any of it.

    Raises:
        UnknownName: the link names nobody.
    """
    sets = {film["set"] for case in _seat(workspace, token).study["cases"] for film in case["films"]}
    return any(holds_real(workspace.sets.open(set_id)) for set_id in sorted(sets))


def state_of(workspace: Workspace, token: str) -> dict[str, Any]:
    """All that the reading room shows: what is asked, how far the reader is, the case that is on, the one before and the next two.

    Raises:
        UnknownName: the link names nobody.
    """
    seat = _seat(workspace, token)
    at, length = seat.at, len(seat.reader["sequence"])
    finished, closed = at > length, seat.study["closed"] is not None
    told: dict[str, Any] = {
        "study": seat.study["name"], "reader": seat.reader["name"], "total": length, "done": at - 1, "finished": finished, "closed": closed,
        "asked": [asked.browser() for asked in seat.asked], "training": seat.design.training, "side": seat.study["design"]["side"],
        "break": _is_break(seat, at), "now": None, "next": [], "before": None, "outcome": None,
    }  # fmt: skip
    if not closed and not finished:
        told["now"] = _case_told(seat, at)
        told["next"] = [_case_told(seat, position) for position in (at + 1, at + 2) if position <= length]
    if not closed and at > 1 and seat.cases[at - 2]["block"] != "training":
        told["before"] = {**_case_told(seat, at - 1), "given": _given_told(seat, at - 1)}
    if closed or (finished and seat.design.reveal == "reader"):
        told["outcome"] = _outcome(seat)
    return told


def _is_break(seat: _Seat, at: int) -> bool:
    done = at - 1 - seat.design.training
    every = seat.design.break_every
    untouched = len(seat.left(at)) == len(seat.asked)
    return bool(every) and done > 0 and done % every == 0 and at <= len(seat.reader["sequence"]) and untouched


def _case_told(seat: _Seat, position: int) -> dict[str, Any]:
    case = seat.cases[position - 1]
    left = [f"{asked.question}.{asked.part}" for asked in seat.left(position)]
    return {
        "slot": seat.slot(position), "position": position, "block": BLOCKS_SAID[case["block"]], "films": len(case["films"]),
        "prompt": case["prompt"], "left": left,
    }  # fmt: skip


def _given_told(seat: _Seat, position: int) -> list[dict[str, Any]]:
    found = [seat.given[position, asked.question, asked.part] for asked in seat.asked]
    return [{name: row[name] for name in ("question", "part", "rating", "choice", "revision")} for row in found]


def film_for(workspace: Workspace, token: str, slot: str, number: int) -> bytes:
    """A film of a case that is on, was the last, or is one of the next two.

    Raises:
        UnknownName: the link, or the case, is none.
        NotAllowed: it is not the turn of that case, or the study is closed.
    """
    seat = _seat(workspace, token)
    position = seat.position_of(slot)
    if seat.study["closed"] is not None:
        raise NotAllowed("This reader study is closed.", "Its results are on the page Reading room.")
    if not seat.at - 1 <= position <= seat.at + 2:
        raise NotAllowed("It is not the turn of this case.", "Load the page again.")
    films = seat.cases[position - 1]["films"]
    if not 0 <= number < len(films):
        raise UnknownName("film of this case", str(number), map(str, range(len(films))))
    return blinded(workspace, films[number], seat.study["design"]["side"], slot, number)


def keep_answer(workspace: Workspace, token: str, sent: Mapping[str, Any]) -> dict[str, Any]:
    """Keeps an answer: `slot`, `question`, `part`, `rating` or `choice`, `seconds`, and `revision` (0, or that which it corrects plus 1).

    Returns `kept` (False: an answer stands there already, and this one was left out), the `state` that follows, and after the last answer
    on a training case its `feedback`.

    Raises:
        UnknownName: the link, or the case, is none.
        InputError: the answer is none of those that the question has, or it is not the turn of that case.
        NotAllowed: the study is closed.
    """
    seat = _seat(workspace, token)
    position = seat.position_of(str(sent.get("slot", "")))
    asked = next((a for a in seat.asked if (a.question, a.part) == (sent.get("question"), sent.get("part", ""))), None)
    if asked is None:
        known = [f"{a.question} {a.part}".strip() for a in seat.asked]
        raise UnknownName("question of this study", f"{sent.get('question')} {sent.get('part', '')}".strip(), known)
    rating, choice = _checked(asked, sent)
    revision, at = _whole(sent.get("revision", 0), "revision"), seat.at
    if revision and (position != at - 1 or seat.cases[position - 1]["block"] == "training"):
        raise InputError("Only the case before this one can be corrected, and none of the training.", "Load the page again.")
    if position > at:
        raise InputError("It is not the turn of this case.", "Load the page again.")
    place = {"reader": seat.reader["id"], "position": position, "question": asked.question, "part": asked.part}
    values = {"rating": rating, "choice": choice_of(asked, rating, choice), "seconds": _seconds(sent.get("seconds"))}
    kept = workspace.reading.answer(seat.study["id"], place, revision, values)
    after = _seat(workspace, token)
    whole = kept and seat.cases[position - 1]["block"] == "training" and not after.left(position)
    return {"kept": kept, "state": state_of(workspace, token), "feedback": _feedback(after, position) if whole else None}


def _checked(asked: Asked, sent: Mapping[str, Any]) -> tuple[float | None, str]:
    """Rating and choice of an answer.

    Raises:
        InputError: it is none of those that the question has.
    """
    rating, choice = sent.get("rating"), sent.get("choice") or ""
    if not isinstance(choice, str):
        raise InputError(f"The choice {str(choice)[:40]!r} is no text.", "Load the page again.")
    if asked.question == "text":
        if len(choice) > LONGEST_TEXT:
            raise InputError(f"The text has {len(choice)} letters.", f"Write {LONGEST_TEXT} at most.")
        return None, choice.strip()
    if asked.question == "marks":
        marks = _marks(choice)
        return float(len(marks)), json.dumps(marks)
    if asked.question == "which_is_real":
        if choice not in [value for _, value, _ in asked.keys]:
            raise InputError(f"There is no film {choice[:20]!r}.", f"Choose 1 to {len(asked.keys)}.")
        return None, choice
    if choice == NOT_SAID and any(value == NOT_SAID for _, value, _ in asked.keys):
        return None, NOT_SAID
    number = _whole(rating, "rating")
    if not asked.lowest <= number <= asked.scale:
        raise InputError(f"The rating {number} is not on the scale.", f"Give one from {asked.lowest} to {asked.scale}.")
    return float(number), ""


def _whole(value: Any, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value != int(value) or value < 0:
        raise InputError(f"{name} = {str(value)[:40]!r} is no whole number from 0.", "Load the page again.")
    return int(value)


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LONGEST_SECONDS:
        raise InputError(f"seconds = {str(value)[:40]!r} is no time that a case can take.", "Load the page again.")
    return round(float(value), 3)


def _marks(text: str) -> list[dict[str, float]]:
    """Boxes and points in shares of the film, rounded to a ten-thousandth.

    Raises:
        InputError: they are none, lie beside the film, or are too many.
    """
    try:
        found = json.loads(text or "[]")
        assert isinstance(found, list) and len(found) <= MOST_MARKS
        for mark in found:
            assert isinstance(mark, dict) and set(mark) in ({"x", "y"}, {"x", "y", "width", "height"})
            assert all(isinstance(v, int | float) and not isinstance(v, bool) and 0 <= v <= 1 for v in mark.values())
            assert mark["x"] + mark.get("width", 0) <= 1.0001 and mark["y"] + mark.get("height", 0) <= 1.0001
    except (ValueError, AssertionError):
        raise InputError(
            f"These are no marks on a film: {text[:60]!r}.", f"Up to {MOST_MARKS} points x, y or boxes x, y, width, height in shares of it."
        ) from None
    return [{name: round(float(value), 4) for name, value in mark.items()} for mark in found]


def _feedback(seat: _Seat, position: int) -> list[dict[str, str]]:
    """Truth and answer of a case whose truth may be told."""
    case, found = seat.cases[position - 1], []
    for asked in seat.asked:
        truth, answer = truth_of(asked, case), seat.given.get((position, asked.question, asked.part))
        if truth and answer is not None:
            found.append({"question": asked.question, "part": asked.part, "truth": truth, "answer": _said(asked, answer)})
    return found


def _said(asked: Asked, answer: Mapping[str, Any]) -> str:
    if asked.question == "shows_prompt" and answer["rating"] is not None:
        middle = (1 + asked.scale) / 2
        return "yes" if answer["rating"] > middle else "no" if answer["rating"] < middle else "unsure"
    return str(answer["choice"])


def _outcome(seat: _Seat) -> dict[str, Any]:
    """How often this reader was right, training and repeats left out."""
    found: Sequence[dict[str, str]] = [
        line for position, case in enumerate(seat.cases, 1) if case["block"] == "main" for line in _feedback(seat, position)
    ]
    return {"cases": len(found), "right": sum(line["truth"] == line["answer"] for line in found)}
