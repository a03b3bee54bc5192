"""Images decoded ahead, so that an encoder does not wait for files."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from bench_core.data import ImageSet

BATCH = 32
"""Images that are decoded, and encoded, at a time."""
READERS = min(8, os.cpu_count() or 1)
"""Threads that decode: PNG, JPEG and DICOM decoders let go of the interpreter's lock while they work."""


def decoded(images: ImageSet, rows: Sequence[int], batch: int = BATCH) -> Iterator[tuple[Sequence[int], dict[int, np.ndarray]]]:
    """Batches of rows with their pixels, uint8; the next batch is decoded while the caller works on this one.

    Films of the simulated cohort that are not rendered yet are rendered one at a time.

    Raises:
        StoreError, ImageUnreadable: see `ImageSet.read`; raised for the batch that has the image, not before.
    """
    parts = [rows[start : start + batch] for start in range(0, len(rows), batch)]
    with ThreadPoolExecutor(READERS if images.render is None else 1, thread_name_prefix="decode") as pool:
        try:
            ahead = [pool.submit(images.read, row) for row in parts[0]] if parts else []
            for number, part in enumerate(parts):
                here, following = ahead, parts[number + 1] if number + 1 < len(parts) else []
                pixels = {row: future.result() for row, future in zip(part, here, strict=True)}
                ahead = [pool.submit(images.read, row) for row in following]
                yield part, pixels
        finally:
            pool.shutdown(cancel_futures=True)
