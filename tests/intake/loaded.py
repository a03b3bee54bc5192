"""Data sets by name, imported for real or up to their problems."""

from pathlib import Path

import pandas as pd
import pytest

from bench_core import api
from bench_core.errors import TableError
from tests.intake import miniatures


def load(layout: str, root: Path, kind: str = "real", name: str = "mine", **wanted) -> api.ImageSet:
    api.import_data_set(name, layout, root, kind, **wanted)  # type: ignore[arg-type]
    return api.find_set(name)


def problems(layout: str, root: Path, **wanted) -> list[str]:
    with pytest.raises(TableError) as caught:
        load(layout, root, **wanted)
    return caught.value.problems


def by_id(images: api.ImageSet) -> pd.DataFrame:
    return images.table.set_index("image_id")


WRITERS = {"mimic-cxr-jpg": miniatures.mimic, "chexpert": miniatures.chexpert, "nih": miniatures.nih, "padchest": miniatures.padchest}


WRITERS |= {"vindr": miniatures.vindr, "openi": miniatures.openi}
