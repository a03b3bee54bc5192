"""Prompts that a generator knows by heart, as a run."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench_core import api
from bench_core.cli import main
from bench_core.engine.runs.prompt_memory import prompts_of
from bench_core.errors import InputError, NotPossible
from bench_core.store.workspace import Workspace
from tests.contract.asked_models import MadeDiffusion
from tests.fakes import TinyGenerator, write_images


class Remembers(MadeDiffusion):
    """Sees more noise for each `left` that it is told."""

    def noise(self, latents: np.ndarray, step: int, conditions: np.ndarray) -> np.ndarray:
        return (latents + np.array([text.split().count("left") for text in conditions])[:, None]).astype(np.float32)

    def conditions(self, texts: Sequence[str]) -> np.ndarray:
        return np.array(list(texts), dtype=object)


@pytest.fixture
def study(workspace: Workspace, tmp_path: Path) -> Workspace:
    """Six films under four reports, one of them without."""
    table = pd.DataFrame({"path": write_images(tmp_path / "films", 7)})
    table["prompt"] = ["left effusion", "no effusion", "left left edema", "no effusion", "clear", "", "left effusion"]
    table.to_csv(tmp_path / "films.csv", index=False)
    api.import_images("films", tmp_path / "films", tmp_path / "films.csv", "train")
    return workspace


def test_prompts_are_ranked_with_their_words(study: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(TinyGenerator, "not_queried", classmethod(lambda cls, card: ""))
    monkeypatch.setattr(TinyGenerator, "lend_denoiser", lambda self: Remembers())
    assert all(table.empty for table in api.prompt_pulls("tiny", "films"))
    assert main(["prompt-memory", "--generator", "tiny", "--images", "films", "--words", "2", "--json", str(tmp_path / "out.json")]) == 0
    prompts, words = api.prompt_pulls("tiny", "films")
    assert prompts["prompt"].tolist() == ["left left edema", "left effusion", "no effusion", "clear"]
    np.testing.assert_allclose(prompts["pull"], [8, 4, 0, 0], atol=1e-5)
    assert prompts["images"].tolist() == [1, 2, 2, 1] and api.why_not_queried("tiny") == ""
    of_first = words[words["prompt"] == "left left edema"]
    assert of_first["word"].tolist() == ["left", "left", "edema"] and of_first["place"].tolist() == [0, 1, 2]
    np.testing.assert_allclose(of_first["adds"], [0.5, 0.5, 0], atol=1e-6)
    assert set(words["prompt"]) == {"left left edema", "left effusion"}


def test_too_many_prompts_are_spread_over_the_set(study: Workspace) -> None:
    images = study.sets.open("films")
    assert prompts_of(images, 2)["prompt"].tolist() == ["left effusion", "clear"]
    assert len(prompts_of(images, 100)) == 4


def test_what_cannot_be_asked_is_said_before_it_is_queued(study: Workspace, tmp_path: Path) -> None:
    with pytest.raises(NotPossible, match="tiny cannot be queried: its backend tiny has no denoiser"):
        api.submit(api.PromptMemorySpec(generator="tiny", images="films"))
    table = pd.DataFrame({"path": write_images(tmp_path / "mute", 2)})
    table.to_csv(tmp_path / "mute.csv", index=False)
    api.import_images("mute", tmp_path / "mute", tmp_path / "mute.csv", "real")
    with pytest.raises(InputError, match="'mute' has no reports"):
        api.submit(api.PromptMemorySpec(generator="tiny", images="mute"))
