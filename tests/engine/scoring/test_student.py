"""Student's t as scipy.stats has it."""

from scipy.stats import t

from bench_core.engine.scoring import student


def test_points_are_those_of_scipy_stats() -> None:
    for freedom in (1, 2, 3.5, 19, 39, 400, 1e6):
        assert student.ppf(0.975, freedom) == t.ppf(0.975, freedom)
