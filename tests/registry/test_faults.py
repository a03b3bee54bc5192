"""What a function must be to become a fault."""

import numpy as np
import pytest

from bench_core.registry import Fault, fault


def test_a_function_becomes_a_record_and_stays_a_function() -> None:
    @fault(title="Night", strengths=(1, 2), unit="stops", words=("{} stops", "below {} stops", "up to {} stops"), families=("fidelity",))
    def night(film: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
        """Every film is darker.

        By so many stops.
        """
        return film // round(2**strength)

    record: Fault = night.plugin  # type: ignore[attr-defined]
    assert (record.id, record.works_on, record.summary, record.details) == ("night", "film", "Every film is darker.", "By so many stops.")
    assert record.words(2) == "2 stops" and night(np.full((2, 2), 8, np.uint8), 1, np.random.default_rng(0)).max() == 4


def test_a_function_of_anything_else_is_refused() -> None:
    with pytest.raises(AssertionError, match="takes `film` or `answers` first, not 'image'"):

        @fault(title="", strengths=(1,), unit="", words=("", "", ""), families=())
        def wrong(image: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
            return image
