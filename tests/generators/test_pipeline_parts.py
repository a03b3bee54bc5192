"""Pipelines of parts from several places."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bench_core.errors import CardError, MissingWeights
from bench_core.generators import open_generator
from tests.generators.conftest import write_card

RADEDIT = """pipeline = "StableDiffusionPipeline"
[components]
unet = {{ path = "{0}/radedit", subfolder = "unet" }}
vae = "{0}/vae"
text_encoder = {{ path = "{0}/text", class = "BertModel" }}
tokenizer = {{ path = "{0}/text", class = "BertTokenizer", options = {{ model_max_length = 12 }} }}
[components.scheduler]
class = "DDIMScheduler"
options = {{ beta_schedule = "linear", clip_sample = false, timestep_spacing = "trailing", steps_offset = 1 }}"""


Folder = Callable[[str], Path]


def test_code_of_a_model_is_never_run(built: Folder, tmp_path: Path) -> None:
    folder = tmp_path / "trap"
    shutil.copytree(built("sd"), folder)
    index = folder / "model_index.json"
    plain = index.read_text()
    (folder / "trap.py").write_text("raise SystemExit('code of a model folder was run')\n")
    for text in (
        plain.replace('"_class_name": "StableDiffusionPipeline"', '"_class_name": ["trap", "Trap"]'),
        plain.replace('"diffusers",\n    "UNet2DConditionModel"', '"subprocess",\n    "Popen"'),
    ):
        assert text != plain
        index.write_text(text)
        generator = open_generator(write_card(tmp_path / "trap.toml", f'path = "{folder}"', 'pipeline = "StableDiffusionPipeline"'))
        assert "never run" in str(generator.missing(generator.card))
        with pytest.raises(MissingWeights, match="never run"):
            generator.load()
    for line in ('class = "Popen"', 'class = "PreTrainedConfig"'):
        card = write_card(tmp_path / "part.toml", f'path = "{built("sd")}"', f'[components.unet]\npath = "{built("sd")}/unet"\n{line}')
        with pytest.raises(CardError, match="class"):
            open_generator(card).load()


def test_parts_that_do_not_make_a_pipeline_are_named(built: Folder, tmp_path: Path) -> None:
    folder = built("radedit")
    text = RADEDIT.format(folder)
    without = "\n".join(line for line in text.split("\n") if not line.startswith("vae"))
    with pytest.raises(CardError, match=r"components\.vae"):
        open_generator(write_card(tmp_path / "without.toml", without)).load()
    with pytest.raises(CardError, match=r"components\.wings"):
        open_generator(write_card(tmp_path / "more.toml", text.replace("vae =", f'wings = "{folder}/vae"\nvae ='))).load()
