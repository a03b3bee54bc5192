"""Content keys: what is in them, and what is not."""

from pathlib import Path

import pytest

from bench_core import api
from bench_core.cards import GeneratorCard, read_card
from bench_core.engine import keys
from bench_core.engine.catalogue import encoder_card
from bench_core.engine.keys import card_key, generated_set_id
from bench_core.engine.runs.evaluate import resolved_evaluation
from bench_core.engine.runs.generate import resolved_generation
from bench_core.spec import Choice, GenerateSpec, PromptSpec, Taught
from bench_core.store.workspace import Workspace
from tests.engine.studies import ENCODER, evaluation
from tests.fakes import request


def test_new_weights_are_another_set(workspace: Workspace):
    first = api.run(api.submit(request())).set_id
    card = workspace.config.cards / "generators" / "tiny.toml"  # type: ignore[operator]
    card.write_text(card.read_text() + 'revision = "2"\n')
    assert api.run(api.submit(request("other"))).set_id != first


def test_what_decides_no_pixel_is_left_out_of_the_key_of_a_set(workspace: Workspace) -> None:
    def key(**settings: object) -> str:
        asked = GenerateSpec(name="n", generator=Choice(id="phantom-ldm", settings=settings), prompts=[PromptSpec(text="a")])
        return generated_set_id(workspace, resolved_generation(workspace, asked))

    plain = key()
    assert (
        plain == key(vae_slicing=True) == key(compile=True) == key(attention_slicing=True) == key(dtype="float32") == key(offload="model")
    )
    assert len({plain, key(dtype="bfloat16"), key(vae_tiling=True), key(num_inference_steps=4)}) == 4


def test_new_fields_left_the_keys_of_cards_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "adapter").mkdir()
    path = tmp_path / "m.toml"
    path.write_text('title = "M"\nbackend = "diffusers"\npath = "."\nlora = ["adapter"]\ncomponents = { vae = "adapter" }\n')
    card = read_card(path, GeneratorCard)
    dumped = card.model_dump(mode="json")
    assert dumped["lora"] == ["adapter"] and dumped["components"] == {"vae": "adapter"}
    before = card_key(card)
    assert card_key(card.model_copy(update={"gated": "https://x", "parameters": 3.0, "settings_source": "s"})) == before
    assert card_key(card.model_copy(update={"variant": "fp16"})) != before
    (tmp_path / "adapter" / "a.safetensors").write_bytes(b"1")
    assert card_key(card) != before


def test_numbers_of_another_way_of_scoring_have_another_key(study: Workspace, monkeypatch: pytest.MonkeyPatch):
    spec, card = resolved_evaluation(study, evaluation()), encoder_card(study.config, ENCODER)
    sets = {role: study.sets.open(role) for role in ("real", "train")} | {"synthetic": study.sets.open("fresh")}
    before = keys.step_key(spec, card, sets, "all")
    monkeypatch.setattr(keys, "SCORING", keys.SCORING + 1)
    assert keys.step_key(spec, card, sets, "all") != before


def test_what_a_classifier_was_taught_decides_what_attacks_find(study: Workspace) -> None:
    spec = api.AttackSpec(train="train", real="real", synthetic="fresh", encoder=ENCODER)
    card = encoder_card(study.config, ENCODER)

    def key(attack: str, **taught: object) -> str:
        asked = spec.model_copy(update={"taught": Taught(arm="synthetic_only", **taught) if taught else None})  # type: ignore[arg-type]
        return keys.attack_key(asked, Choice(id=attack), card, {}, None)

    assert len({key("rmia"), key("rmia", steps=50), key("rmia", steps=60)}) == 3
    assert key("gan_leaks") == key("gan_leaks", steps=50), "what was stored of released images stays"
