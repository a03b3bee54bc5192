"""The window of the package."""

import subprocess
import sys

from bench_core import phantom


def test_package_loads_nothing_heavy() -> None:
    heavy = "import sys, bench_core.phantom; print([m for m in ('torch', 'scipy', 'pandas', 'PIL') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
    assert all(hasattr(phantom, name) for name in phantom.__all__)
