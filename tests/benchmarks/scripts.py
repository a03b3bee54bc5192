"""Benchmarks run as scripts, as their users do."""

import contextlib
import io
import os
import runpy
import subprocess
import sys
from dataclasses import dataclass

import pytest

from bench_core import api
from bench_core.config import PROJECT


def run(script: str, *words: str) -> "subprocess.CompletedProcess[str]":
    """The ended process of a benchmark: where a process of its own is what is measured."""
    command = [sys.executable, str(PROJECT / "benchmarks" / script), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=550)


@dataclass(frozen=True)
class Ended:
    """How a script ended, and what it said."""

    returncode: int
    stdout: str
    stderr: str


def run_here(script: str, *words: str) -> Ended:
    """The script from its first line to its last one in this process, which has loaded torch before; what it sets is set back."""
    out, err, code, path = io.StringIO(), io.StringIO(), 0, str(PROJECT / "benchmarks" / script)
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        patch.setattr(sys, "argv", [path, *words])
        patch.setattr(sys, "path", list(sys.path))
        patch.setattr(os, "environ", os.environ.copy())
        patch.setattr(api.workspace, "_current", api.workspace._current)
        try:
            runpy.run_path(path, run_name="__main__")
        except SystemExit as ended:
            if isinstance(ended.code, str):
                err.write(ended.code)
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return Ended(code, out.getvalue(), err.getvalue())
