"""The dry run of a model: what it lacks, with the steps, and how much memory it needs."""

from pathlib import Path

import pytest

from bench_core import api
from bench_core.cards import GeneratorCard
from bench_core.cards.card import BUILT_IN
from bench_core.engine.requests.dry_run import check_card, estimate_memory
from bench_core.generators.backend import Weights
from bench_core.store.workspace import Workspace

WEIGHTS = BUILT_IN / "generators" / "weights" / "phantom-ldm"


def test_a_card_that_lacks_weights_says_so_with_the_steps(workspace: Workspace) -> None:
    fields = {"title": "Mine", "repo_id": "nobody/none", "settings": {"num_inference_steps": 4}}
    _, found = api.draft_model("mine", fields)
    assert not found.can_run and found.lacks[0].fix == "hf download nobody/none"
    assert any("No revision is pinned" in w for w in found.warnings) and any("licence" in w for w in found.warnings)
    assert found.memory is not None and found.memory.need is None


def test_memory_is_counted_and_what_saves_it_is_known(workspace: Workspace) -> None:
    config = workspace.config
    card = GeneratorCard(id="x", title="x", backend="diffusers", parameters=10.0)
    values = {"dtype": "float32", "offload": "none", "height": 512, "width": 512}
    weights = [Weights("unet", "", 1, 0, 3_000_000_000), Weights("vae", "", 1, 0, 1_000_000_000)]

    def need(found: list[Weights], batch: int = 1, **change: object) -> float:
        return float(estimate_memory(config, card, {**values, **change}, found, batch).need or 0)

    assert need([]) > 40e9 > need([], dtype="bfloat16") > 20e9
    assert 16e9 < need(weights) < 20e9 and 12e9 < need(weights, offload="model") < 16e9
    assert need(weights, offload="sequential") < need(weights, offload="model")
    assert need(weights, batch=4) > need(weights) == need(weights, batch=4, vae_slicing=True)
    huge = check_card(config, card.model_copy(update={"parameters": 1e6, "path": str(WEIGHTS), "source": BUILT_IN / "x.toml"}), {})
    assert huge.can_run  # the files count, not the card's word
    gone = check_card(config, card.model_copy(update={"parameters": 1e6, "repo_id": "nobody/none"}), {})
    assert "It needs about" in gone.lacks[-1].what and gone.lacks[-1].fix == "Set dtype = bfloat16."


@pytest.mark.parametrize(("text", "words"), [("", "is empty"), ("{", "is no JSON"), ("[]", "holds no JSON object but a list")])
def test_a_damaged_index_is_named_with_the_way_to_mend_it(workspace: Workspace, tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "model_index.json").write_text(text)
    card = GeneratorCard(id="m", title="M", backend="diffusers", path=str(tmp_path))
    (lack,) = check_card(workspace.config, card).lacks
    assert "model_index.json" in lack.what and words in lack.what and lack.fix == "Fetch it again."
