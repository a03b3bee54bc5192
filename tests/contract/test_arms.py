"""Promises that every arm keeps, over the registry."""

import numpy as np
import pytest

from bench_core import registry
from bench_core.arms.materials import Materials

REAL, SYNTHETIC, ALTERED, REBUILT, MORE = (np.arange(a, b) for a, b in ((0, 40), (40, 60), (60, 80), (80, 100), (100, 120)))
every = pytest.mark.parametrize("arm", registry.arms().values(), ids=lambda a: a.id)
OF = {"real": REAL, "synthetic": SYNTHETIC, "altered": ALTERED, "reconstructed": REBUILT, "more": MORE}


def materials(seed: int = 0) -> Materials:
    return Materials(REAL, SYNTHETIC, ALTERED, REBUILT, np.random.default_rng(seed), MORE)


@every
def test_it_draws_from_what_it_says_it_reads_and_from_nothing_else(arm: registry.Arm) -> None:
    rows = np.concatenate([stage.rows for stage in arm.function(materials())])
    allowed = np.concatenate([OF[name] for name in arm.reads])
    assert np.isin(rows, allowed).all()
    assert all(np.isin(OF[name], rows).any() for name in arm.reads)


@every
def test_all_steps_are_given_out_and_the_same_draw_gives_the_same(arm: registry.Arm) -> None:
    once, again = arm.function(materials()), arm.function(materials())
    assert sum(stage.share for stage in once) == pytest.approx(1)
    for a, b in zip(once, again, strict=True):
        np.testing.assert_array_equal(a.rows, b.rows)
    assert arm.summary and arm.title


@every
def test_a_control_holds_no_image_of_the_generator(arm: registry.Arm) -> None:
    assert arm.control == ("synthetic" not in arm.reads and arm.id != "real_only")


def test_added_images_are_equally_many_in_every_arm_that_adds() -> None:
    for name in ("augmented", "duplicates", "altered", "reconstructed", "more_real"):
        (stage,) = registry.find_arm(name).function(materials())
        assert len(stage.rows) == len(REAL) + len(SYNTHETIC), name
    (stage,) = registry.find_arm("mixed").function(materials())
    assert len(stage.rows) == len(REAL) and np.isin(stage.rows, SYNTHETIC).sum() == len(SYNTHETIC)
