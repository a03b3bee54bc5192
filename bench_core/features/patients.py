"""Patients of two sets: who lies on both sides, where nobody should."""

from collections.abc import Iterable

from bench_core.features.base import UNNAMED


def shared_patients(one: Iterable[object], other: Iterable[object]) -> list[str]:
    """Names of patients who have images in both; images whose patient is unknown (`UNNAMED`) are nobody's."""
    both = {str(name) for name in one} & {str(name) for name in other}
    return sorted(name for name in both if not name.startswith(UNNAMED))
