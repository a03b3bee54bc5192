"""A part of a set has files of its own, which cost no disk."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench_core import api
from bench_core.errors import StoreError
from bench_core.store.set_parts import FILTERED, read_log, write_part
from bench_core.store.workspace import Workspace
from tests.fakes import request

ID = "0123456789abcdef"


def test_files_are_linked_and_the_log_lies_beside_them(workspace: Workspace) -> None:
    parent = api.find_set(api.wait(api.submit(request())).set_id)
    told: list[int] = []
    log = pd.DataFrame({"image_id": parent.table["image_id"], "kept": [True, False, True, False]})
    write_part(workspace.sets, parent, np.array([0, 2]), ID, log, {FILTERED: {"id": "any"}}, told.append)
    part = api.find_set(ID)
    assert told == [1, 2] and part.table["image_id"].tolist() == ["000000", "000002"]
    assert part.path(1).stat().st_ino == parent.path(2).stat().st_ino and part.meta["generator"] == "tiny"
    found = read_log(workspace.sets, ID)
    assert found is not None and found["kept"].tolist() == log["kept"].tolist() and read_log(workspace.sets, parent.id) is None
    Path(workspace.sets.home_of(ID) / "filter_log.parquet").unlink()
    with pytest.raises(StoreError, match="log of set"):
        read_log(workspace.sets, ID)
