"""One prompt, many seeds: a planted film is found with its patient, a generator that draws different people is cleared."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bench_core import api
from bench_core.cli import main
from bench_core.errors import InputError, NotPossible
from bench_core.store.workspace import Workspace
from tests.engine.studies import ENCODER, REFERENCE

PROMPTS, SEEDS = 3, 12


def bring(name: str, folder: Path, again: np.ndarray | None) -> str:
    """A synthetic set of a few prompts with many seeds; the first prompt gives a film again and again, if there is one."""
    rng = np.random.default_rng(8)
    films = rng.integers(0, 256, (PROMPTS * SEEDS, 16, 16))
    if again is not None:
        films[:SEEDS] = np.clip(again + rng.normal(0, 2, (SEEDS, 16, 16)), 0, 255)
    folder.mkdir()
    names = [f"{i}.png" for i in range(len(films))]
    for film, file in zip(films, names, strict=True):
        Image.fromarray(film.astype(np.uint8)).save(folder / file)
    table = pd.DataFrame({"path": names, "prompt": np.repeat([f"prompt {i}" for i in range(PROMPTS)], SEEDS), "seed": range(len(names))})
    table.to_csv(folder / "table.csv", index=False)
    return str(api.import_images(name, folder, folder / "table.csv", "synthetic").set_id)


def asked(name: str, **more: object) -> api.ExtractionSpec:
    return api.ExtractionSpec.model_validate({"synthetic": name, "real": "real", "train": "train", "encoder": ENCODER, **more})


def test_a_film_that_comes_again_is_found_with_its_patient(study: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    train = api.find_set("train")
    bring("overfit", tmp_path / "overfit", train.read(4))
    with pytest.raises(NotPossible, match="not searched"):
        api.extraction("overfit", REFERENCE)
    attack = ["attack", "--kind", "extraction", "--synthetic", "overfit", "--train", "train", "--real", "real"]
    assert main(attack) == 2 and "--encoder is missing" in capsys.readouterr().err
    assert main([*attack, "--encoder", ENCODER, "--set", "extraction.most=3"]) == 2 and "no setting 'most'" in capsys.readouterr().err
    assert main([*attack, "--encoder", ENCODER, "--set", "extraction.least=11", "--json", "-"]) == 0
    told = json.loads(capsys.readouterr().out)
    (clique,) = told["cliques"]
    assert (clique["train_image_id"], clique["patient"], clique["same_patient"]) == (train.table["image_id"].iat[4], "train2", SEEDS)
    assert clique["extracted"] and clique["prompt"] == "prompt 0" and clique["images"] == clique["prompt_images"] == SEEDS
    assert clique["p_value"] == pytest.approx(1 / 21)
    summary = told["extraction"]
    assert (summary["in_cliques"], summary["images"], summary["prompts"], summary["patients"]) == (SEEDS, PROMPTS * SEEDS, PROMPTS, 1)
    assert summary["verdict"] == "12 of 36 images of 3 prompts come again and again; they show 1 training patient."
    assert study.derived.count("extraction") == 1 and summary["least"] == 11
    api.delete_set("overfit")
    assert study.derived.count("extraction") == 0


def test_a_generator_that_draws_different_people_is_cleared_and_one_that_repeats_itself_shows_nobody(
    study: Workspace, tmp_path: Path
) -> None:
    own = np.random.default_rng(77).integers(0, 256, (16, 16))
    for name, again, verdict in (
        ("oracle", None, "None of 36 images of 3 prompts comes again in 10 or more seeds."),
        ("dull", own, "12 of 36 images of 3 prompts come again and again; no clique lies nearer"),
    ):
        bring(name, tmp_path / name, again)
        assert api.wait(api.submit(asked(name))).status == "done"
        found = api.extraction(name, REFERENCE)
        assert found.verdict.startswith(verdict) and found.patients == 0


def test_what_cannot_be_looked_for_is_said_before_it_is_queued(study: Workspace) -> None:
    with pytest.raises(NotPossible, match="No prompt of set 'fresh' has 10 images: the most that one has is 2"):
        api.submit(asked("fresh"))
    with pytest.raises(InputError, match="two roles"):
        api.submit(asked("train"))
    with pytest.raises(NotPossible, match="the most that one has is 0"):
        api.submit(asked("copies"))
