"""The place of the moment: set once, changed inside, and back as it was."""

import threading

import pytest

from bench_core.features.place import Place, place, placed, tell


def test_changes_nest_and_end_with_their_block() -> None:
    heard: list[float] = []
    assert place() == Place()
    with placed(report=lambda share, what: heard.append(share)):
        report = place().report
        with placed(gpu=lambda: "cuda:1"):
            assert place().report is report and place().gpu is not None
            tell(0.5, "work")
        assert place().gpu is None
    tell(1.0, "nobody hears")
    assert heard == [0.5] and place() == Place()


def test_the_place_is_as_it_was_after_an_error() -> None:
    with pytest.raises(ValueError, match="stop"), placed(gpu=lambda: None):
        raise ValueError("stop")
    assert place() == Place()


def test_another_thread_has_a_place_of_its_own() -> None:
    seen: list[Place] = []
    with placed(gpu=lambda: "cuda"):
        thread = threading.Thread(target=lambda: seen.append(place()))
        thread.start()
        thread.join()
    assert seen == [Place()]
