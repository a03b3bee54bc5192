"""The examples of CONTRIBUTING.md are run, so that they stay true."""

import json
import re
import sys
import threading
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from bench_core import api
from bench_core.cards import EncoderCard, GeneratorCard
from bench_core.cli import main
from bench_core.data import Prompt
from bench_core.engine import runs as kinds
from bench_core.errors import UnknownName
from bench_core.features import FeatureSet
from bench_core.jobs.worker import work
from bench_core.registry import run_kinds
from bench_core.store.workspace import Workspace
from tests.fakes import write_images
from tests.pages.conftest import APP, errors_of, words_of

PAGE = (Path(__file__).parent.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")


def example(language: str, word: str) -> str:
    """The one code block of that language that has the word in it."""
    blocks = [block for block in re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL) if word in block]
    assert len(blocks) == 1
    return blocks[0]


def run(source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> object:
    """The example as a module of that name."""
    (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    return __import__(name)


def test_the_generator_card_is_a_card() -> None:
    card = GeneratorCard.model_validate({**tomllib.loads(example("toml", "diffusers")), "id": "mine"})
    assert card.settings["num_inference_steps"] == 50


def test_the_filter_example_is_a_filter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = run(example("python", "drop_outliers"), tmp_path, monkeypatch, "drop_outliers").drop_outliers.plugin  # type: ignore[attr-defined]
    rng = np.random.default_rng(0)
    values = rng.normal(size=(30, 3))
    values[0] = 50
    values = one.marks({"real": FeatureSet(rng.normal(size=(40, 3))), "synthetic": FeatureSet(values)}, {}).values
    assert np.flatnonzero(~one.threshold.keeps(values, one.threshold.usual)).tolist() == [0]


def test_the_encoder_card_is_ten_lines_that_load(tmp_path: Path) -> None:
    """The card as it stands, on a tiny checkpoint in place of the hub's."""
    import torch
    from transformers import ViTConfig, ViTModel

    from bench_core.encoders import open_encoder

    lines = example("toml", "transformers_vision")
    assert len(lines.strip().splitlines()) == 10
    card = EncoderCard.model_validate({**tomllib.loads(lines), "id": "mine", "weights": tmp_path})
    torch.manual_seed(0)
    size = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 8, "patch_size": 56}
    ViTModel(ViTConfig(image_size=224, **size)).save_pretrained(str(tmp_path / "mine"))
    assert open_encoder(card).encode([np.zeros((300, 260), np.uint8)]).shape == (1, 8)


def test_the_generator_makes_the_same_image_alone_and_in_a_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = run(example("python", 'backend("noise")'), tmp_path, monkeypatch, "example_noise")
    noise = module.Noise(GeneratorCard(id="noise", title="Noise", backend="noise", settings={"spread": 10}))  # type: ignore[attr-defined]
    prompts, settings = [Prompt("a", "a"), Prompt("b", "b")], noise.settings()
    both, alone = noise.batch(prompts, [1, 2], settings), noise.batch(prompts[1:], [2], settings)
    assert settings.spread == 10
    np.testing.assert_array_equal(both[1], alone[0])


def test_the_fault_spoils_films_and_says_what_it_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vignette = run(example("python", "vignette"), tmp_path, monkeypatch, "vignette").vignette  # type: ignore[attr-defined]
    spoiled = vignette(np.full((21, 31), 200, np.uint8), 40, np.random.default_rng(0))
    assert spoiled.dtype == np.uint8 and spoiled[10, 15] == 200 and spoiled[0, 0] == 120
    assert vignette.plugin.words(20) == "corners 20 % darker"


def test_the_attack_is_an_attack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = run(example("python", "nearest_five"), tmp_path, monkeypatch, "nearest_five").nearest_five  # type: ignore[attr-defined]
    found = one(FeatureSet(np.array([[0.0], [9.0]])), FeatureSet(np.arange(5.0)[:, None]))
    assert found.tolist() == [-2, -7] and one.plugin.reads == ("records", "released")


def test_the_encoder_encodes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = run(example("python", 'backend("histogram")'), tmp_path, monkeypatch, "example_histogram")
    encoder = module.Histogram(EncoderCard(id="histogram", title="Histogram", backend="histogram"))  # type: ignore[attr-defined]
    rows = encoder.encode([np.zeros((8, 8), np.uint8), np.full((4, 4), 255, np.uint8)])
    assert rows.shape == (2, 32) and rows[0, 0] == 1 and rows[1, -1] == 1


def test_the_metric_measures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = run(example("python", "def mean_distance"), tmp_path, monkeypatch, "example_metric")
    real, synthetic = FeatureSet(np.zeros((3, 2)), kind="real"), FeatureSet(np.array([[3.0, 4.0], [0.0, 1.0]]), kind="synthetic")
    assert module.mean_distance(real, synthetic).value == pytest.approx(3.0)  # type: ignore[attr-defined]
    assert module.mean_distance.plugin.family == "fidelity"  # type: ignore[attr-defined]


@pytest.fixture
def grey(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """The kind of run of the page as the one file of a folder that is looked into; calling this removes it."""
    folder = tmp_path / "kinds"
    folder.mkdir()
    (folder / "grey.py").write_text(example("python", "run_kind"), encoding="utf-8")
    monkeypatch.setattr(kinds, "__path__", [*kinds.__path__, str(folder)])
    run_kinds.cache_clear()

    def remove() -> None:
        (folder / "grey.py").unlink(missing_ok=True)
        sys.modules.pop("bench_core.engine.runs.grey", None)
        vars(kinds).pop("grey", None)
        run_kinds.cache_clear()

    yield remove
    remove()


def queue_page() -> str:
    """The words of the Queue page, read through the real facade."""
    at = AppTest.from_file(str(APP), default_timeout=60).run().switch_page("pages/queue.py").run()
    assert not errors_of(at)
    return words_of(at)


def imported(tmp_path: Path) -> str:
    """The id of a set of five random films."""
    write_images(tmp_path / "films", 5)
    return str(api.import_images("films", tmp_path / "films", None, "real").set_id)


def test_the_kind_of_run_is_one_file(
    workspace: Workspace, tmp_path: Path, grey: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """Queue, worker, command line and page know it without another edit."""
    set_id = imported(tmp_path)
    run_id = api.submit(api.read_spec('{"kind": "grey", "images": "films"}'))
    waiting = api.run(run_id)
    assert (waiting.kind, waiting.name, waiting.status, waiting.set_id) == ("grey", "Grey values of films", "queued", set_id)
    assert "Grey values" in queue_page()
    assert work(workspace, threading.Event(), until_idle=True) == 1
    assert (api.run(run_id).status, api.run(run_id).message) == ("done", "grey values of 5 images")
    page = queue_page()
    assert "**Grey values of films**" in page and "Grey values · " in page

    file = tmp_path / "request.json"
    file.write_text(json.dumps({"kind": "grey", "images": set_id}))
    assert main(["run", str(file), "--json", str(tmp_path / "out.json")]) == 0
    assert "grey values of 5 images" in capsys.readouterr().out
    again = json.loads((tmp_path / "out.json").read_text())["run"]
    assert again["status"] == "done" and again["id"] != run_id
    assert main(["run", str(file), "--name", "mine"]) == 2
    assert "name = 'mine'" in capsys.readouterr().err
    file.write_text(json.dumps({"kind": "gray", "images": set_id}))
    assert main(["run", str(file)]) == 2
    assert "Did you mean 'grey'?" in capsys.readouterr().err

    tables = list((workspace.config.home / "derived").rglob("*.parquet"))
    assert len(tables) == 1  # both runs share it
    assert api.delete_run(run_id) is None and run_id not in set(api.runs()["id"])


def test_runs_outlive_the_file_of_their_kind(workspace: Workspace, tmp_path: Path, grey: Callable[[], None]) -> None:
    """They are listed with their kind as text and an error that says what is missing; one that waits fails with it."""
    imported(tmp_path)
    done = api.submit(api.read_spec('{"kind": "grey", "images": "films"}'))
    work(workspace, threading.Event(), until_idle=True)
    waits = api.submit(api.read_spec('{"kind": "grey", "images": "films"}'))
    grey()
    assert api.runs()["kind"].tolist() == ["grey", "grey"]
    assert "no kind of run named 'grey'" in api.run(done).error and api.run(done).status == "done"
    assert [run.kind for run in api.runs_in_full(api.runs())] == ["grey", "grey"]
    assert "no kind of run named 'grey'" in queue_page().replace("\\", "")
    with pytest.raises(UnknownName, match="kind of run"):
        api.repeat(done)
    assert work(workspace, threading.Event(), until_idle=True) == 1
    assert api.run(waits).status == "failed" and "no kind of run named 'grey'" in api.run(waits).error
    api.delete_run(waits)
    api.delete_set("films")


def test_a_request_that_another_version_stored_is_listed_with_an_error(
    workspace: Workspace, tmp_path: Path, grey: Callable[[], None]
) -> None:
    imported(tmp_path)
    run_id = api.submit(api.read_spec('{"kind": "grey", "images": "films"}'))
    source = example("python", "run_kind")
    grey()
    (tmp_path / "kinds" / "grey.py").write_text(source.replace("    images: str\n", "    sets: str\n"), encoding="utf-8")
    assert "stored by another version: sets" in api.run(run_id).error
    work(workspace, threading.Event(), until_idle=True)
    assert api.run(run_id).status == "failed" and "stored by another version" in api.run(run_id).error
