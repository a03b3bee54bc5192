"""Studies that come with the program, one TOML file each in `bench_core/studies/presets/`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from bench_core.errors import UnknownName

FOLDER = Path(__file__).with_name("presets")


@cache
def presets() -> Mapping[str, str]:
    """The text of each, by its name."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.toml"))}


def find_preset(name: str) -> str:
    """The text of a preset.

    Raises:
        UnknownName: there is none of that name.
    """
    if name not in presets():
        raise UnknownName("preset of a study", name, presets())
    return presets()[name]
