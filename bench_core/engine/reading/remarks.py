"""What readers wrote and marked, case by case, and where their marks lie beside what a film is known to show."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from bench_core.data import FINDINGS
from bench_core.engine.answers.films import MASKS, layer_of, layers_of
from bench_core.engine.reading.answers import answers_table
from bench_core.engine.reading.results import check_closed
from bench_core.errors import BenchError
from bench_core.frames import REMARKS
from bench_core.store.workspace import Workspace

Mark = Mapping[str, float]


@dataclass(frozen=True)
class _Film:
    """What is known of a film that was marked: its shape (None: it is gone), and masks of what readers saw of it, by name."""

    shape: tuple[int, int] | None = None
    masks: Mapping[str, np.ndarray] = field(default_factory=dict)  # each (E, E) bool

    def whole(self, mark: Mark) -> dict[str, float]:
        """A mark in shares of the whole film: readers saw the square in its middle."""
        assert self.shape is not None
        height, width = self.shape
        edge = min(height, width)
        left, top = (width - edge) // 2, (height - edge) // 2
        found = {"x": (left + mark["x"] * edge) / width, "y": (top + mark["y"] * edge) / height}
        if "width" in mark:
            found |= {"width": mark["width"] * edge / width, "height": mark["height"] * edge / height}
        return {name: round(value, 5) for name, value in found.items()}


def remarks_table(workspace: Workspace, name_or_id: str) -> pd.DataFrame:
    """`frames.REMARKS` of a closed study.

    Raises:
        UnknownName: there is no such study.
        NotAllowed: it is open.
    """
    check_closed(workspace, name_or_id)
    study = workspace.reading.study(name_or_id)
    cases = {case["id"]: case for case in study["cases"]}
    answers = answers_table(workspace, study["id"])
    asked = answers[answers["question"].isin(("marks", "text"))]
    films: dict[tuple[str, str], _Film] = {}
    rows = []
    for (case_id, reader), own in asked.groupby(["case_id", "reader"], sort=True):
        said, case = dict(zip(own["question"], own["choice"], strict=True)), cases[case_id]
        source, marks = case["films"][0], json.loads(said.get("marks") or "[]")
        key = (source["set"], source["image"])
        if marks and key not in films:
            films[key] = _film(workspace, *key)
        first = own.iloc[0]
        rows.append(
            {
                "case_id": case_id, "reader": reader, "set_id": source["set"], "text": said.get("text", ""), "truth": case["truth"],
                **{name: first[name] for name in ("image_set", "image_id", "generator", "finding", "block", "position")},
                **_placed(films.get(key, _Film()), marks),
            }
        )  # fmt: skip
    return REMARKS.of(rows)


def _placed(film: _Film, marks: Sequence[Mark]) -> dict[str, Any]:
    drawn = json.dumps([film.whole(mark) for mark in marks]) if film.shape else "" if marks else "[]"
    found: dict[str, Any] = {"marks": len(marks), "drawn": drawn, "mask": ", ".join(film.masks), "within": None, "covered": None}
    if film.masks:
        mask = np.logical_or.reduce(list(film.masks.values()))
        found |= {"within": float(sum(_lies_in(mask, mark) for mark in marks)), "covered": float(mask.mean())}
    return found


def _lies_in(mask: np.ndarray, mark: Mark) -> bool:
    """Whether the middle of a mark lies in a mask of what readers saw."""
    middle = [mark[at] + mark.get(side, 0.0) / 2 for at, side in (("y", "height"), ("x", "width"))]
    row, column = (min(int(share * len(mask)), len(mask) - 1) for share in middle)
    return bool(mask[row, column])


def _film(workspace: Workspace, set_id: str, image_id: str) -> _Film:
    """What is there of a film; a set, a film or a mask that is gone or damaged is none."""
    try:
        images = workspace.sets.open(set_id)
        grey = images.read(workspace.sets.row_of(images, image_id))
        layers = layers_of(workspace, images, image_id)
    except BenchError:
        return _Film()
    masks: dict[str, np.ndarray] = {}
    for name in layers:
        if name in FINDINGS or name.endswith(MASKS):
            with suppress(BenchError):  # a label without a mask
                masks[name] = _seen(layer_of(workspace, images, image_id, name).values > 0, grey.shape)
    return _Film((int(grey.shape[0]), int(grey.shape[1])), masks)


def _seen(mask: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """The square of a mask over what readers saw of the film, in the film's pixels."""
    rows, columns = ((np.arange(now) * then) // now for now, then in zip(shape, mask.shape, strict=True))
    over = mask[np.ix_(rows, columns)]
    edge = min(shape)
    top, left = (shape[0] - edge) // 2, (shape[1] - edge) // 2
    return over[top : top + edge, left : left + edge]
