"""Every frame that the facade hands out has the columns and dtypes that are declared for it, and the pages' fake hands out the same.

On a workspace with sets, numbers and a map, and on an empty one.
"""

import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bench_core import api, frames
from bench_core.config import Config
from tests import fakes
from tests.chexgenbench_files import WHOLE
from tests.fakes import request, write_images
from tests.pages.fake import METRICS as METRICS_OF_THE_FAKE
from tests.pages.fake import REFERENCE, Fake

ENCODER = "tiny-pixels"
AGAINST_ALL = {"real": "real", "train": "train", "encoder": ENCODER}
METRICS = [api.Choice(id=m) for m in ("frechet_distance", "precision", "nearest_train_distance")]
OPEN = ("score", "power_of_matrices", "attack_files", "score_reports", "round_trip", "retrieval")
"""Columns are metrics only; or it reads files, and `power` has the same columns; or `tests/engine/answers/test_round_trip.py` asks it."""
OF_TABLES = ("read_answers", "plan_readers")
"""They read no workspace, and `tests/cli/verbs/test_readers.py` asks them."""
OF_RUNS = ("detections", "planted_recall", "planted_f1", "patient_risks", "prompt_pulls", "tasks")
"""They read what a run of their own kind stored, and its test (`tests/engine/runs/`) asks them."""
OF_STUDIES = ("studies", "study_cells", "metric_worth")
"""They read cells that a study kept, and `tests/jobs/test_studies.py` asks them."""
OF_READERS = ("readings", "readers_of", "reading_answers", "reading_remarks", "marks_within", "reading_against_metrics")
"""They read reader studies, and `tests/engine/reading/` asks them."""


def _frame_functions() -> list[str]:
    functions = {n: f for n in api.__all__ if inspect.isfunction(f := getattr(api, n))}
    return [n for n, f in functions.items() if "DataFrame" in str(inspect.signature(f).return_annotation)]


FUNCTIONS = [name for name in _frame_functions() if name not in (*OPEN, *OF_TABLES, *OF_RUNS, *OF_STUDIES, *OF_READERS)]


@pytest.fixture
def empty(workspace: Any) -> None:
    """An empty workspace is current."""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A real and a training set, three synthetic ones with numbers, a map, an imported file; hands out ids by name."""
    folder = tmp_path_factory.mktemp("filled")
    fakes.install(folder / "cards")
    before = api.workspace._current
    url = fakes.fresh_database(folder / "home")
    opened = api.open_workspace(Config(home=folder / "home", database_url=url, device="cpu", cards=folder / "cards"))
    for number, kind in enumerate(("real", "train")):
        _import(folder / kind, kind, seed=number)
    for number, name in enumerate(("one", "two", "three")):
        api.wait(api.submit(request(name, prompts=12, count=1, seed=100 * number)))
        run = api.wait(api.submit(_evaluation(name)))
        assert run.status == "done", run.error
    api.projection(["real", "one"], ENCODER)
    attack = api.AttackSpec(synthetic="one", train="train", real="real", encoder=ENCODER, attacks=[api.Choice(id="gan_leaks")])
    assert api.wait(api.submit(attack)).status == "done"
    api.mark("one", api.find_set("one").table["image_id"].iat[0], "train", "film_0", "copy")
    part = api.FilterSpec(name="part", images="one", filter=api.Choice(id="cap_per_patient"), threshold=1, **AGAINST_ALL)
    assert api.wait(api.submit(part)).status == "done"
    api.import_results("theirs", [("image_generation_metrics.csv", WHOLE.encode())])
    ids = {name: str(i) for name, i in api.sets()[["name", "id"]].itertuples(index=False)}
    yield {**ids, "run": run.id}
    opened.database.engine.dispose()
    api.workspace._current = before


def _import(folder: Path, kind: Any, seed: int) -> None:
    names = write_images(folder, 24, seed=seed + 1)
    people = [f"{kind}{i // 2}" for i in range(len(names))]
    table = pd.DataFrame({"path": names, "subject_id": people, "prompt": "A film.", "Edema": np.arange(len(names)) % 2})
    table.to_csv(folder / "table.csv", index=False)
    api.import_images(kind, folder, folder / "table.csv", kind)


def _evaluation(synthetic: str) -> api.EvaluateSpec:
    return api.EvaluateSpec(synthetic=synthetic, real="real", train="train", encoders=[ENCODER], metrics=METRICS, seed=0)


def calls(ids: dict[str, str]) -> dict[str, Callable[[Any], pd.DataFrame]]:
    """How each function is asked, of the facade or of the fake, by the ids there; several ways where a frame has several forms."""
    real, train, one, encoder = ids["real"], ids["train"], ids["one"], ids["encoder"]
    against = api.Reference(real, train, encoder)
    filtering = api.FilterSpec(
        name="x", images=one, filter=api.Choice(id="cap_per_patient"), threshold=3, real=real, train=train, encoder=encoder
    )
    return {
        "attacks": lambda f: f.attacks(against, one),
        "attack_roc": lambda f: f.attack_roc(f.attacks(against, one)["scores"].dropna().iloc[0]),
        "attacked_patients": lambda f: f.attacked_patients(against, f.attacks(against, one)["scores"].dropna().iloc[0]),
        "results": lambda f: f.results(against),
        "run_results": lambda f: f.run_results(ids["run"]),
        "per_image_table": lambda f: f.per_image_table(ids["run"]),
        "sets": lambda f: f.sets(),
        "filter_log": lambda f: f.filter_log(ids["part"]),
        "what_goes": lambda f: f.what_goes(filtering),
        "what_remains": lambda f: f.what_remains(filtering, ["coverage"], [None, 3]),
        "runs": lambda f: f.runs(),
        "workers": lambda f: f.workers(),
        "disk_use": lambda f: f.disk_use(),
        "compare": lambda f: f.compare(against),
        "pareto": lambda f: f.pareto(against, ["frechet_distance", "precision"]),
        "power": lambda f: f.power(against),
        "power_limits": lambda f: f.power_limits(f.power(against)),
        "redundancy": lambda f: f.redundancy(against),
        "utility": lambda f: f.utility(against),
        "utility_gains": lambda f: f.utility_gains(against),
        "utility_curves": lambda f: f.utility_curves(against, "one", "linear"),
        "many_numbers": lambda f: f.many_numbers(f.results(against)),
        "neighbours": lambda f: f.neighbours(one, api.Reference("", train, encoder)),
        "neighbours, held out": lambda f: f.neighbours(one, against),
        "marks": lambda f: f.marks(one, train),
        "projection": lambda f: f.projection([real, one], encoder),
        "stored_projection": lambda f: f.stored_projection([real, one], encoder),
        "published": lambda f: f.published(),
        "published_statements": lambda f: f.published_statements(),
        "imported_results": lambda f: f.imported_results(),
    }


def asked(call: str) -> Any:
    return getattr(api, call.partition(",")[0])


def declared(call: str) -> frames.Frame:
    """The frame that the function's docstring names (the second one for its second form)."""
    names = re.findall(r"`frames\.([A-Z_]+)`", asked(call).__doc__)
    return getattr(frames, names["," in call])


IN_THE_FAKE = {
    "real": "id-phantom-real", "train": "id-phantom-train", "one": "id-phantom-gan", "part": "", "run": "", "encoder": "pixels",
}  # fmt: skip
CALLS = list(calls(IN_THE_FAKE))
WITHOUT_SETS: dict[str, Callable[[Any], pd.DataFrame]] = {
    "results": lambda f: f.results(),
    "sets": lambda f: f.sets(),
    "runs": lambda f: f.runs(),
    "workers": lambda f: f.workers(),
    "disk_use": lambda f: f.disk_use(),
    "imported_results": lambda f: f.imported_results(),
    "marks": lambda f: f.marks(),
}
"""What can be asked of an empty workspace."""
AGAINST = api.Reference("real", "train", ENCODER)
WITHOUT_NUMBERS: dict[str, Callable[[Any], pd.DataFrame]] = {
    "compare": lambda f: f.compare(AGAINST, [], ["nobody"]),
    "pareto": lambda f: f.pareto(AGAINST, ["precision"], ["nobody"]),
    "redundancy": lambda f: f.redundancy(AGAINST, ["nobody"]),
}
"""What needs sets before it can say that there is no number."""


def dtypes(frame: pd.DataFrame) -> dict[str, str]:
    return {str(name): str(dtype) for name, dtype in frame.dtypes.items()}


def test_every_function_that_returns_a_frame_is_asked() -> None:
    assert {call.partition(",")[0] for call in CALLS} == set(FUNCTIONS)


@pytest.mark.parametrize("call", CALLS)
def test_a_frame_is_as_declared(call: str, filled: dict[str, str]) -> None:
    frame, said = calls({**filled, "encoder": ENCODER})[call](api), declared(call)
    few = call in ("workers", "power", "power_limits") or call.startswith("utility")  # too few patients for power and for training
    assert len(frame) or few
    found = dtypes(frame)
    assert {n: found[n] for n in said.names} == said.dtypes and list(frame.columns[: len(said.names)]) == said.names
    assert bool(said.more) == (len(found) > len(said.names))


@pytest.mark.parametrize("call", WITHOUT_SETS)
def test_the_frame_of_an_empty_workspace_is_as_declared(call: str, empty: None) -> None:
    frame = WITHOUT_SETS[call](api)
    assert frame.empty or call == "disk_use"
    assert list(dtypes(frame).items()) == list(declared(call).dtypes.items())


@pytest.mark.parametrize("call", WITHOUT_NUMBERS)
def test_a_frame_without_numbers_is_as_declared(call: str, filled: dict[str, str]) -> None:
    frame = WITHOUT_NUMBERS[call](api)
    assert frame.empty and list(dtypes(frame).items()) == list(declared(call).dtypes.items())


@pytest.mark.parametrize("call", [c for c in CALLS if c.partition(",")[0] in Fake(filled=False).functions()])
def test_the_fake_hands_out_the_same_columns(call: str) -> None:
    fake = Fake()
    fake.import_results("theirs", [("image_generation_metrics.csv", WHOLE.encode())])
    frame = calls(IN_THE_FAKE)[call](fake)
    assert len(frame) and list(dtypes(frame).items()) == list(declared(call).dtypes.items())


@pytest.mark.parametrize("call", {**WITHOUT_SETS, **WITHOUT_NUMBERS})
def test_the_empty_fake_hands_out_the_same_columns(call: str) -> None:
    frame = (WITHOUT_SETS | WITHOUT_NUMBERS)[call](Fake(filled=False))
    assert list(dtypes(frame).items()) == list(declared(call).dtypes.items())


def test_the_fake_has_the_columns_of_a_set_and_the_values_of_a_metric(filled: dict[str, str]) -> None:
    fake = Fake()
    real, told = api.find_set("one").table, fake.find_set("phantom-gan").table
    assert list(told.columns) == list(real.columns[: len(told.columns)])
    numbers = ["seed", *api.FINDINGS]
    assert dtypes(told[numbers]) == dtypes(real[numbers])
    assert {family for _, family, *_ in METRICS_OF_THE_FAKE.values()} <= set(api.FAMILIES)
    values, said = api.per_image("one", ENCODER, "nearest_train_distance"), fake.per_image("id-phantom-gan", "pixels", "recall")
    assert (values.dtype, values.index.dtype, values.index.name) == (said.dtype, said.index.dtype, said.index.name)
    assert (values.name, said.name) == ("nearest_train_distance", "recall")
    ratios = api.held_out(api.Reference(filled["real"], filled["train"], ENCODER))
    assert ratios.dtype == fake.held_out(REFERENCE).dtype and ratios.ndim == 1
