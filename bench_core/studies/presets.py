"""Studies that come with the program, one TOML file each in `bench_core/studies/presets/`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("presets")


@cache
def presets() -> Mapping[str, str]:
    """The text of each, by its name."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.toml"))}
