"""The one decision about films of patients."""

from pathlib import Path

import pandas as pd
import pytest

from bench_core.config import Config
from bench_core.data import ImageSet
from bench_core.store.sight import is_withheld, sees_real


@pytest.mark.parametrize(
    ("kind", "meta", "real"),
    [
        ("real", {}, True), ("train", {}, True), ("synthetic", {}, False), ("synthetic", {"train": "x"}, True),
        ("synthetic", {"train": None}, False), ("synthetic", {"planted": {"train": "x"}}, True),
        ("synthetic", {"filter": {"train": "x"}}, False), ("real", {"simulated": True}, True),
    ],
)  # fmt: skip
def test_what_shows_patients_is_withheld_from_those_without_the_role(kind, meta, real) -> None:  # type: ignore[no-untyped-def]
    images = ImageSet("", "", kind, Path(), pd.DataFrame(), meta=meta)
    everybody, some = Config(Path(), ""), Config(Path(), "", sees_real=("*@lab.example",))
    assert is_withheld(some, images, False) is real
    assert not is_withheld(some, images, True) and not is_withheld(everybody, images, False)
    assert sees_real(some, ["a@lab.example"]) and not sees_real(some, ["a@lab.example.evil"]) and sees_real(everybody, [])
