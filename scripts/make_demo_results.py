"""Writes `bench_core/demo_results/`, so that the pages are full at once: `python scripts/make_demo_results.py [FOLDER]`.

FOLDER keeps the workspace in which everything is computed; given again, it goes on where it stopped. A test says when it is time.
"""

import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench_core.jobs.demo_archive import make  # noqa: E402

if __name__ == "__main__":
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        size = make(Path(sys.argv[1] if len(sys.argv) > 1 else folder), lambda done, total, message: print(f"[{done}/{total}] {message}"))
    print(f"{size / 1e6:.2f} MB in {(time.monotonic() - began) / 60:.0f} minutes")
