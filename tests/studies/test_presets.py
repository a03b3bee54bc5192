"""Studies that come along."""

from bench_core.studies.cells import cells_of
from bench_core.studies.presets import presets
from bench_core.studies.spec import read_study


def test_every_preset_is_read_and_stands_on_the_embedded_cohort() -> None:
    assert {"chexgenbench", "xing-sweep", "xing-low-fidelity", "sok-release", "field-findings"} <= set(presets())
    for text in presets().values():
        spec = read_study(text)
        assert (spec.real, spec.train) == ("phantom-real", "phantom-train") and 20 <= len(cells_of(spec)) <= 100 and spec.summary
