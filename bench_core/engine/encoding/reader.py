"""A process that reads images for the one thread that started it.

It is this module, run anew: it imports neither torch nor the program that it works for, and ends with its parent, whose pipe then closes.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from bench_core.config import PROJECT
from bench_core.engine.encoding.views import ReadingTask
from bench_core.errors import StoreError

END_SECONDS = 5.0
THREADS_INSTEAD = "BENCH_READERS=1 reads in threads of the worker."


class Reader:
    """The process, seen from its parent. One thread at a time may ask it.

    Raises:
        StoreError: it cannot be started.
    """

    def __init__(self) -> None:
        path = os.pathsep.join([str(PROJECT), *filter(None, [os.environ.get("PYTHONPATH")])])
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "bench_core.engine.encoding.reader"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": path},
            )  # fmt: skip
        except OSError as error:
            raise StoreError(f"No process that reads images can be started: {error}.", THREADS_INSTEAD) from error
        self._job: ReadingTask | None = None

    def read(self, job: ReadingTask, row: int, wanted: Sequence[int]) -> list[np.ndarray]:
        """See `ReadingTask.read`.

        Raises:
            StoreError: the process died over it.
        """
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            if self._job is not job:
                self._process.stdin.write(pickle.dumps(job, protocol=5))  # whole or not at all, should it not pickle
                self._job = job
            pickle.dump((row, wanted), self._process.stdin, protocol=5)
            self._process.stdin.flush()
            answer: Any = pickle.load(self._process.stdout)
        except (OSError, EOFError, pickle.UnpicklingError):
            raise self._died(job, row) from None
        if isinstance(answer, Exception):
            raise answer
        return list(answer)

    def _died(self, job: ReadingTask, row: int) -> StoreError:
        self._process.kill()  # where it is alive, but its pipe is not
        code = self._process.wait()
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        table = job.images.table
        return StoreError(
            f"The process that read image {table['image_id'].iat[row]!r} of set {job.images.name!r} died ({how}).",
            f"Look at that image and at the memory. {THREADS_INSTEAD}",
        )

    def close(self) -> None:
        """Ends the process."""
        assert self._process.stdin is not None and self._process.stdout is not None
        with suppress(OSError):  # it is gone, with what was still to be sent
            self._process.stdin.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


def answer_all() -> None:
    """Answers on what was standard output until standard input ends; what decoders print goes to standard error."""
    for asks_to_end in (signal.SIGINT, signal.SIGTERM):  # is the parent's to hear, even where all of its group get it
        signal.signal(asks_to_end, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    job: ReadingTask | None = None
    while True:
        try:
            asked = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        if isinstance(asked, ReadingTask):
            job = asked
            continue
        assert job is not None
        answer: list[np.ndarray] | Exception
        try:
            answer = job.read(*asked)
        except Exception as error:  # noqa: BLE001  whatever it is, the parent raises it
            answer = error
        pickle.dump(answer, answers, protocol=5)
        answers.flush()


if __name__ == "__main__":
    answer_all()
