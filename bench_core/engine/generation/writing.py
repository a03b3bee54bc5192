"""Image files of one batch, written while the next batch is made."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np

from bench_core.files import writing
from bench_core.store.drafts import Draft

WRITERS = min(4, os.cpu_count() or 1)
"""Threads that compress and write the files of a batch: zlib lets go of the interpreter's lock while it works."""


class Writer:
    """Takes batches for a draft and writes them in their order, one at a time.

    A killed process loses the batch that is being written and the one that is being made, no more.
    Use as a context: at its end, however it comes, what was handed over is written.
    """

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._batches = ThreadPoolExecutor(1, thread_name_prefix="write")
        self._files = ThreadPoolExecutor(WRITERS, thread_name_prefix="file")
        self._written: Future[None] | None = None

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.settle()
        finally:
            self._batches.shutdown()
            self._files.shutdown()

    def add(
        self,
        rows: Sequence[int],
        columns: Sequence[dict[str, Any]],
        images: Sequence[np.ndarray],
        provenance: Sequence[dict[str, Any] | None],
    ) -> None:
        """Hands a batch over (see `Draft.add`), once the batch before it is written.

        Raises:
            StoreError: the batch before it could not be written.
        """
        self.settle()
        self._written = self._batches.submit(self._draft.add, rows, columns, images, provenance, each=self._files.map)

    def check(self) -> None:
        """Raises what `add` would, without waiting: no batch is made for a disk that is full."""
        if self._written is not None and self._written.done():
            self.settle()

    def settle(self) -> None:
        """Waits until all that was handed over is written.

        Raises:
            StoreError: it could not be.
        """
        written, self._written = self._written, None
        if written is None:
            return
        with writing(self._draft.home):
            written.result()
