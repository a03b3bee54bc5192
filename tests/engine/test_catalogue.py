"""Cards by name, and the settings of a generator as a form."""

from pathlib import Path

import pytest

from bench_core import api
from bench_core.cli import main
from bench_core.errors import CardError, UnknownName
from bench_core.store.workspace import Workspace


def test_settings_as_a_form(workspace: Workspace):
    fields = {f.name: f for f in api.settings_schema("tiny")}
    assert (fields["num_inference_steps"].type, fields["num_inference_steps"].low, fields["num_inference_steps"].high) == ("int", 1, 50)
    assert fields["num_inference_steps"].help == "Steps."
    assert (fields["color"].type, fields["color"].default) == ("bool", False)


def test_weights_folder_and_remote_code_are_settings(tmp_path: Path) -> None:
    from bench_core.config import Config
    from bench_core.engine.catalogue import encoder_card, encoder_missing
    from bench_core.errors import InputError

    (tmp_path / "cards" / "encoders").mkdir(parents=True)
    text = f'title = "x"\nbackend = "transformers_vision"\nrepo_id = "nobody/none"\nrevision = "{"a" * 40}"\ntrust_remote_code = true\n'
    (tmp_path / "cards" / "encoders" / "asks.toml").write_text(text)
    given = {"BENCH_HOME": str(tmp_path / "home"), "BENCH_CARDS": str(tmp_path / "cards")}
    plain = Config.from_environment(given)
    assert plain.weights_folder() == tmp_path / "home" / "weights" and not plain.remote_code
    assert "BENCH_TRUST_REMOTE_CODE=1" in str(encoder_missing(plain, "asks"))
    allowed = Config.from_environment({**given, "BENCH_TRUST_REMOTE_CODE": "1", "BENCH_WEIGHTS": str(tmp_path / "w")})
    assert "hf download nobody/none" in str(encoder_missing(allowed, "asks"))
    (tmp_path / "w" / "asks").mkdir(parents=True)
    assert encoder_card(allowed, "asks").folder == tmp_path / "w" / "asks"
    with pytest.raises(InputError, match="BENCH_TRUST_REMOTE_CODE is 'yes'"):
        Config.from_environment({**given, "BENCH_TRUST_REMOTE_CODE": "yes"})


def test_one_bad_model_is_one_line_and_the_others_stand(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    """A card without a title, one of an unknown backend, and a model folder whose index is no JSON."""
    folder = workspace.config.card_folder
    assert folder is not None
    model = folder / "model"
    model.mkdir()
    (model / "model_index.json").write_text("[")
    texts = {
        "generators/untitled.toml": 'backend = "oracle"\n',
        "generators/damaged.toml": f'title = "D"\nbackend = "diffusers"\npath = "{model}"\n',
        "encoders/mistyped.toml": 'title = "M"\nbackend = "pixls"\n',
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
    assert "field 'title' is missing" in str(api.generator_missing("untitled"))
    assert api.generator_missing("damaged")
    assert "no encoder backend named 'pixls'. Did you mean 'pixels'?" in str(api.encoder_missing("mistyped"))
    assert api.generator_missing("tiny") is None and api.encoder_missing("tiny-pixels") is None
    for what, bad, good in (("generators", "untitled", "tiny"), ("encoders", "mistyped", "tiny-pixels")):
        assert main(["list", what]) == 0
        said = capsys.readouterr().out
        assert bad in said and good in said
    with pytest.raises(CardError, match="untitled.toml"):
        api.check_model("untitled")
    with pytest.raises(UnknownName, match="no generator named 'untitle'. *") as caught:
        api.generator_missing("untitle")
    assert "Did you mean 'untitled'" in str(caught.value)


def test_the_fix_of_what_is_missing_is_the_hint() -> None:
    from bench_core.engine.catalogue import require
    from bench_core.errors import MissingWeights

    for missing, said, hint in (
        ("x.safetensors is empty. hf download a/b", "M cannot run here: x.safetensors is empty.", "hf download a/b"),
        ("No package", "M cannot run here: No package.", "The catalogue says where its files come from."),
    ):
        with pytest.raises(MissingWeights) as caught:
            require(missing, "M")
        assert (caught.value.message, caught.value.hint) == (said, hint)
    require(None, "M")
