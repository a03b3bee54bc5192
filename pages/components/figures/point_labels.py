"""Words in figures: where the label of each point stands, and long texts in lines."""

from collections.abc import Sequence
from html import escape

import numpy as np

SIDES = ("top center", "bottom center", "middle right", "middle left", "top right", "bottom right", "top left", "bottom left")


def label_sides(
    x: np.ndarray, y: np.ndarray, labels: Sequence[str], reach: np.ndarray | None = None, width: float = 560, height: float = 380
) -> list[str]:
    """Where each label stands so that labels cover neither each other nor a point; greedy, first side that is free.

    Args:
        x, y: (N,) positions scaled to 0..1.
        reach: (N, 2) lengths of the error bar to the left and right, in the same scale; labels keep off it.
        width, height: of the plotting area in pixels, for the size of words; the narrowest that is common.
    """
    px, py = np.asarray(x) * width, np.asarray(y) * height
    boxes = [(a - 11, b - 11, a + 11, b + 11) for a, b in zip(px, py, strict=True)]
    if reach is not None:
        far = np.nan_to_num(np.asarray(reach)) * width
        bars = [(a - f[0], b - 2, a + f[1], b + 2) for a, b, f in zip(px, py, far, strict=True)]
    else:
        bars = []
    chosen = []
    for i, text in enumerate(labels):
        long, tall = 6.6 * len(text), 16
        options = []
        for side in SIDES:
            vertical, horizontal = side.split()
            left = {"center": px[i] - long / 2, "right": px[i] + 13, "left": px[i] - 13 - long}[horizontal]
            low = {"top": py[i] + 12, "bottom": py[i] - 12 - tall, "middle": py[i] - tall / 2}[vertical]
            box = (left, low, left + long, low + tall)
            others = boxes[:i] + boxes[i + 1 :] + bars
            clash = sum(box[0] < o[2] and o[0] < box[2] and box[1] < o[3] and o[1] < box[3] for o in others)
            beyond = box[0] < -30 or box[2] > width + 30 or box[1] < -2  # below the axis stand its numbers
            options.append((clash + beyond, SIDES.index(side), side, box))
        best = min(options)
        chosen.append(best[2])
        boxes.append(best[3])
    return chosen


def wrapped(text: str, width: int = 70) -> str:
    """The text in lines of at most so many characters, for hover boxes."""
    lines = [""]
    for word in escape(text).split():
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] += f" {word}"
    return "<br>".join(line.strip() for line in lines)
