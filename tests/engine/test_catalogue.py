"""Cards by name, and the settings of a generator as a form."""

from pathlib import Path

import pytest

from bench_core import api
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
