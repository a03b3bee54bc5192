"""A few rows for a draft of an image set."""

import numpy as np

ID = "0123456789abcdef"


def image(value: int) -> np.ndarray:
    return np.full((16, 16), value, np.uint8)


def add(draft, rows):
    draft.add(rows, [{"image_id": str(r), "prompt": "p", "seed": r} for r in rows], [image(r) for r in rows], [None for _ in rows])
