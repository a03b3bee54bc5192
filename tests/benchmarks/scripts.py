"""Benchmarks run as scripts, as their users do."""

import subprocess
import sys

from bench_core.config import PROJECT


def run(script: str, *words: str) -> "subprocess.CompletedProcess[str]":
    """The ended process of a benchmark."""
    command = [sys.executable, str(PROJECT / "benchmarks" / script), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=550)
