"""Images of bundled sets: those that a run of their generator would have written, or an error."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from bench_core.data import Prompt
from bench_core.errors import StoreError
from bench_core.generators.oracle import Oracle
from bench_core.store.bundled import BUNDLED
from bench_core.store.png import digest_of
from bench_core.store.provenance import read_provenance
from bench_core.store.workspace import Workspace

SET = "0123456789abcdef"
META = {
    "generator": "phantom-oracle", "generator_title": "Oracle", "repo_id": None, "revision": "", "card": "key", "settings": {},
    BUNDLED: True,
}  # fmt: skip


def drawn(seed: int) -> np.ndarray:  # (6, 5)
    return np.random.default_rng(seed).integers(0, 256, (6, 5)).astype(np.uint8)


def table() -> pd.DataFrame:
    rows = range(2)
    return pd.DataFrame(
        {
            "image_id": [f"{row:06d}" for row in rows], "path": [f"{row:06d}.png" for row in rows],
            "digest": [digest_of(drawn(7 + row)) for row in rows], "prompt_id": "p", "prompt": [f"report {row}" for row in rows],
            "seed": [7 + row for row in rows], "view": "AP", "Edema": [0, 1], "source_image_id": [f"real-{row}" for row in rows],
        }
    )  # fmt: skip


@pytest.fixture
def asked(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> list[Prompt]:
    """A bundled set, and the prompts that its generator is given."""
    prompts: list[Prompt] = []

    def batch(self: Oracle, given: list[Prompt], seeds: list[int], settings: Any) -> list[np.ndarray]:
        prompts.extend(given)
        return [drawn(seed) for seed in seeds]

    monkeypatch.setattr(Oracle, "batch", batch)
    workspace.sets.write(SET, "synthetic", table(), META)
    return prompts


def test_an_image_is_drawn_when_it_is_looked_at(workspace: Workspace, asked: list[Prompt]):
    images = workspace.sets.open(SET)
    assert images.needs_making(1)
    np.testing.assert_array_equal(images.read(1), drawn(8))
    assert not images.needs_making(1)
    assert images.needs_making(0)
    images.read(1)
    assert [(p.text, p.labels, p.source_image_id) for p in asked] == [("report 1", {"Edema": 1, "view": "AP"}, "real-1")]
    told = read_provenance(images.path(1).read_bytes())
    assert told is not None
    facts = ("generator", "prompt", "seed", "labels", "source_image_id")
    assert [told[f] for f in facts] == ["phantom-oracle", "report 1", 8, {"Edema": 1, "view": "AP"}, "real-1"]


def test_another_image_than_the_one_that_was_judged_is_an_error(workspace: Workspace, asked: list[Prompt]):
    changed = table().assign(digest=digest_of(np.zeros((4, 4), np.uint8)))
    workspace.sets.write(SET, "synthetic", changed, META)
    with pytest.raises(StoreError, match="earlier version") as caught:
        workspace.sets.open(SET).read(0)
    assert "Delete the set" in caught.value.hint
