"""Settings from the keyword-only arguments of a function: checked, and keyed."""

from typing import Annotated

import pytest
from pydantic import Field

from bench_core.errors import SettingError
from bench_core.settings_model import Settings, check, faults, keyed, settings_of


def blur(image: object, *, radius: Annotated[int, Field(ge=1)] = 3, exact: bool = False, seed: int = 0, on_step: object = None) -> None:
    """Has two settings; the seed and callbacks are none."""


def test_settings_are_the_keyword_arguments() -> None:
    model = settings_of(blur)
    assert list(model.model_fields) == ["radius", "exact"]
    assert check(model, {}, "blur").model_dump() == {"radius": 3, "exact": False}
    assert check(model, {"radius": "5", "exact": "true"}, "blur").model_dump() == {"radius": 5, "exact": True}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"radios": 3}, "blur has no setting 'radios'.*radius, exact"),
        ({"radius": 0}, "radius = 0"),
        ({"radius": "wide"}, "radius = 'wide'"),
    ],
)
def test_what_is_unknown_or_out_of_range_is_named(values: dict[str, object], words: str) -> None:
    with pytest.raises(SettingError, match=words):
        check(settings_of(blur), values, "blur")


class Options(Settings):
    """One setting of each rule."""

    steps: int = 4
    tiled: bool = Field(False, json_schema_extra={"keyed": "never"})
    dtype: str = Field("auto", json_schema_extra={"keyed": "unless_default"})


def test_what_decides_no_pixel_stays_out_of_the_key() -> None:
    assert keyed(Options, {"steps": 4, "tiled": True, "dtype": "auto"}) == {"steps": 4}
    assert keyed(Options, {"steps": 4, "tiled": True, "dtype": "float16"}) == {"steps": 4, "dtype": "float16"}


def test_every_fault_is_told_at_its_setting() -> None:
    class Sizes(Settings):
        height: int | None = Field(None, ge=16, le=4096, multiple_of=8)
        strength: float = Field(1.0, le=2)

    assert faults(Sizes, {"height": 256}) == faults(Sizes, {"height": None}) == {}
    assert faults(Sizes, {"height": 250, "strength": 3, "colour": 1}) == {
        "height": "250 cannot be: it must be a multiple of 8, such as 248 or 256.",
        "strength": "3 cannot be: input should be less than or equal to 2.",
        "colour": "There is no such setting.",
    }
