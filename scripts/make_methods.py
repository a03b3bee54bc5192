"""Writes `docs/methods.md`: `python scripts/make_methods.py`. A test holds that it is up to date."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench_core.engine.answers.methods import document  # noqa: E402

if __name__ == "__main__":
    (ROOT / "docs" / "methods.md").write_text(document(), encoding="utf-8")
