"""Reports: what is written is read back, and what a user types is understood."""

import numpy as np

from bench_core.phantom import Description, parse, write_report
from bench_core.phantom.cohort import describe, draw_labels


def key(description: Description) -> list[tuple[str, str, str, str]]:
    return sorted((item.name, item.side, item.severity, item.kind) for item in description.findings)


def test_round_trip() -> None:
    rng = np.random.default_rng(1)
    views = 0
    for _ in range(800):
        description = describe(draw_labels(rng), rng)
        report = write_report(description, rng)
        read = parse(report)
        assert key(read) == key(description), report
        assert read.view in ("", description.view)
        assert read.labels == description.labels
        assert len(report.split()) <= 55
        views += bool(read.view)
    assert 200 < views < 600


def test_reports_vary() -> None:
    rng = np.random.default_rng(2)
    description = describe(frozenset({"Pleural Effusion", "Edema"}), rng)
    assert len({write_report(description, rng) for _ in range(100)}) > 50
