"""Sets to evaluate."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench_core import api
from bench_core.store.workspace import Workspace
from tests.fakes import request, write_images


@pytest.fixture
def study(workspace: Workspace, tmp_path: Path) -> Workspace:
    """A real, a training and two synthetic sets; the second holds copies of training images."""
    for number, (kind, count) in enumerate((("real", 40), ("train", 60))):
        names = write_images(tmp_path / kind, count, seed=number + 1)
        table = pd.DataFrame(
            {"path": names, "subject_id": [f"{kind}{i // 2}" for i in range(count)], "prompt": [f"{i}" for i in range(count)]}
        )
        table["Edema"] = np.arange(count) % 2
        table.to_csv(tmp_path / f"{kind}.csv", index=False)
        api.import_images(kind, tmp_path / kind, tmp_path / f"{kind}.csv", kind)
    api.wait(api.submit(request("fresh", prompts=15, count=2)))
    api.import_images("copies", tmp_path / "train", None, "synthetic")
    return workspace
