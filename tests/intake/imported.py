"""Tables of rows, imported for real or up to their problems."""

from pathlib import Path

import pandas as pd
import pytest

from bench_core import api
from bench_core.data import FINDINGS
from bench_core.errors import TableError

ALL = dict.fromkeys(FINDINGS, 0)


def csv(folder: Path, rows: list[dict], name: str = "table.csv") -> Path:
    pd.DataFrame(rows).to_csv(folder.parent / name, index=False)
    return folder.parent / name


def load(images: Path, rows: list[dict] | None, kind="real", **more) -> tuple[api.ImageSet, api.ImportReport]:
    report = api.import_images("mine", images, csv(images, rows) if rows is not None else None, kind, **more)
    return api.find_set("mine"), report


def problems(images: Path, rows: list[dict]) -> list[str]:
    with pytest.raises(TableError) as caught:
        api.import_images("mine", images, csv(images, rows), "real")
    return caught.value.problems
