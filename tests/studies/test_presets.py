"""Studies that come along."""

import pytest

from bench_core.errors import UnknownName
from bench_core.studies.cells import cells_of
from bench_core.studies.presets import find_preset, presets
from bench_core.studies.spec import read_study


def test_every_preset_is_read_and_stands_on_the_embedded_cohort() -> None:
    assert {"chexgenbench", "xing-sweep", "xing-low-fidelity", "sok-release"} <= set(presets())
    for text in presets().values():
        spec = read_study(text)
        assert (spec.real, spec.train) == ("phantom-real", "phantom-train") and 20 <= len(cells_of(spec)) <= 40 and spec.summary


def test_one_that_is_not_there_is_named() -> None:
    with pytest.raises(UnknownName, match="sok-release"):
        find_preset("sok-releas")
