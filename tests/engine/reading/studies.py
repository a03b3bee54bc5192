"""A small reader study: its sets, its design, and a reader who answers all that is asked."""

import json
from typing import Any

from bench_core import api
from bench_core.engine.reading.design import ReadingDesign

SHAPES = {"kept-films": (40, 32), "drawn-one": (32, 32), "drawn-two": (64, 48)}
FINDINGS = ("Edema", "Pneumonia")


def design(**more: Any) -> ReadingDesign:
    usual = {"name": "turing", "questions": ["real_or_synthetic"], "synthetic": ["drawn-one", "drawn-two"], "real": "kept-films"}
    return api.reading_design(**{**usual, "cases": 16, "training": 2, "repeats": 4, "break_every": 6, "seed": 3, **more})


def opened(**more: Any) -> str:
    """The token of a reader of a new study."""
    api.create_reading(design(**more))
    return api.invite_reader(str(more.get("name", "turing")), "Ann")


def answer(token: str, slot: dict[str, Any], asked: dict[str, Any], **more: Any) -> dict[str, Any]:
    value = asked["keys"][-1]["value"] if asked["keys"] else ""
    said = {"choice": value} if isinstance(value, str) else {"rating": value}
    sent = {"slot": slot["slot"], "question": asked["question"], "part": asked["part"], "seconds": 1.5, **said, **more}
    return api.keep_answer(token, json.loads(json.dumps(sent)))


def read_all(token: str, most: int = 10_000) -> list[dict[str, Any]]:
    """Answers everything that is asked; returns all that the server said."""
    said = [{"state": api.reading_state(token)}]
    while said[-1]["state"]["now"] and len(said) <= most:
        state = said[-1]["state"]
        asked = next(a for a in state["asked"] if f"{a['question']}.{a['part']}" == state["now"]["left"][0])
        said.append(answer(token, state["now"], asked))
    return said
