"""Tables, tiles, forms and differences are pure functions of data."""

import io
import json

import numpy as np
import pytest
from PIL import Image

from bench_core import api
from pages.components.forms import settings
from pages.components.images.grids import Tile, caption, data_uri, difference_picture
from pages.components.images.viewer import facts
from pages.components.style.palette import styles
from pages.components.tables.downloads import page_of_figure
from pages.components.tables.glance import SHAPES, csv, glance, headline_metrics, numbers_html, wide_table
from tests.pages.fake import GENERATORS, METRICS, Fake, encode, film, metric_of

ALL = {m: metric_of(m) for m in METRICS}
LOOK = styles({g: i for i, g in enumerate(GENERATORS)}, ["<b>mine</b>"])


def test_difference_is_signed_and_black_where_equal() -> None:
    first, second = np.full((8, 8), 100, np.uint8), np.full((8, 8), 100, np.uint8)
    first[0, 0], second[7, 7] = 200, 200
    delta = np.asarray(Image.open(io.BytesIO(difference_picture(encode(first), encode(second)))))
    assert delta.shape == (8, 8, 3)
    assert delta[0, 0, 0] > delta[0, 0, 2] and delta[7, 7, 2] > delta[7, 7, 0]
    assert (delta[3, 3] == 0).all()


def test_difference_of_images_of_other_size_is_of_the_first_size() -> None:
    assert Image.open(io.BytesIO(difference_picture(encode(film(1, 64)), encode(film(2, 32))))).size == (64, 64)


def test_caption_is_generator_prompt_seed() -> None:
    assert caption({"prompt": " Large effusion. ", "seed": 71}, "phantom-ldm") == "phantom-ldm · “Large effusion.” · seed 71"
    assert caption({"prompt": "", "seed": float("nan")}, "mine") == "mine"


def test_tiles_carry_edge_word_and_alternative_text() -> None:
    real, train = Tile("a", encode(film(1)), kind="real").item(), Tile("b", encode(film(1)), kind="train").item(pressed=True)
    assert (real["word"], train["word"]) == ("Real", "Training")
    assert real["edge"] != train["edge"] and train["pressed"] and not real["pressed"]
    assert real["alt"].startswith("Real chest X-ray")
    assert data_uri(encode(film(1), "WEBP")).startswith("data:image/webp;base64,")
    assert data_uri(None) == ""


def test_glance_has_a_headline_for_each_family_and_escapes_names() -> None:
    results = Fake().results("r", "t", "e")
    assert list(headline_metrics(results, ALL)) == ["fidelity", "variety", "alignment", "privacy", "utility"]
    results.loc[results["set_name"] == "copycat", ["set_name", "generator"]] = "<b>mine</b>"
    html = glance(results, ALL, LOOK, "dark", {})
    assert "<b>mine</b>" not in html and "&lt;b&gt;mine&lt;/b&gt;" in html
    assert html.count("<tr>") == 8 and "perfect: 0.900" in html


def test_glance_falls_back_to_another_metric_of_the_family() -> None:
    results = Fake().results("r", "t", "e")
    results.loc[results["metric"] == "frechet_distance", "status"] = "skipped"
    assert headline_metrics(results, ALL)["fidelity"] == "kernel_distance"


def test_skipped_numbers_say_why() -> None:
    results = Fake().results("r", "t", "e")
    mine = (results["metric"] == "coverage") & (results["set_name"] == "copycat")
    results.loc[mine, ["status", "message", "value"]] = ["skipped", 'n = 4 < 10 "images"', np.nan]
    html = numbers_html(results, ALL, "copycat", "light")
    assert "skipped" in html and "n = 4 &lt; 10 &quot;images&quot;" in html
    table = wide_table(results, ALL, ["coverage"], ["copycat", "phantom-gan"])
    assert table.iloc[0, 2].startswith("skipped: n = 4") and "perfect:" in table.iloc[1, 2]


def test_all_numbers_of_a_set_stand_under_their_family() -> None:
    html = numbers_html(Fake().results("r", "t", "e"), ALL, "copycat", "light")
    families = list(dict.fromkeys(m.family for m in ALL.values()))
    heads = [html.index(f"colspan='2'>{f}<") for f in families]
    first = [min(html.index(f"metric={i}'") for i, m in ALL.items() if m.family == f) for f in families]
    assert heads == sorted(heads) and html.count("class='family'") == len(families)
    assert all(a < b for a, b in zip(heads, first, strict=True))


def test_csv_cannot_run_formulas_in_a_spreadsheet() -> None:
    import pandas as pd

    text = csv(pd.DataFrame({"prompt": ["=1+1", "plain"], "value": [-0.5, 1.0]})).decode()
    assert "'=1+1" in text and "\n" in text and "-0.5" in text


def test_every_marker_has_a_swatch() -> None:
    assert {s.marker for s in styles({str(i): None for i in range(60)}).values()} <= set(SHAPES)


def test_a_figure_downloads_as_one_file() -> None:
    from pages.components.figures.charts import blank

    html = page_of_figure(blank("dark", 200), "dark")
    assert "<html>" in html and 'src="http' not in html and len(html) > 1_000_000


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [(api.SettingField("steps", "int", 20, 1, 100), "500", 100), (api.SettingField("g", "float", 3.0, 1.0, None), 0.2, 1.0),
     (api.SettingField("s", "choice", "a", choices=("a", "b")), "zzz", "a"), (api.SettingField("steps", "int", 20), "many", 20),
     (api.SettingField("n", "str", ""), None, "")],
)  # fmt: skip
def test_restored_settings_are_made_fit_for_their_widgets(field: api.SettingField, value: object, expected: object) -> None:
    assert settings.in_range(field, value) == expected


def test_an_edited_prompt_loses_the_labels_of_its_preset() -> None:
    origin = {"text": "Large effusion.", "labels": {"Pleural Effusion": 1}, "source_image_id": "r1"}
    assert settings.prompt_spec("Large effusion.", origin).labels == {"Pleural Effusion": 1}
    assert settings.prompt_spec("Large effusion!", origin) == api.PromptSpec(text="Large effusion!")


def test_the_same_request_has_the_same_name_and_another_one_another() -> None:
    prompt = api.PromptSpec(text="x")
    first = settings.generate_spec("phantom-ldm", prompt, 4, 71, {"guidance_scale": 3.0}, None)
    assert first == settings.generate_spec("phantom-ldm", prompt, 4, 71, {"guidance_scale": 3.0}, None)
    assert first.name != settings.generate_spec("phantom-ldm", prompt, 4, 72, {"guidance_scale": 3.0}, None).name
    assert first.name.startswith("phantom-ldm-")


def test_facts_leave_out_what_is_unknown() -> None:
    row = {"prompt": "Effusion.", "seed": 3.0, "subject_id": np.nan, "view": None, "Edema": 1.0, "Fracture": -1.0, "image_id": "i"}
    found = facts(row, {"generator": "phantom-ldm", "settings": {"guidance_scale": 3.0}}, "mine")
    assert found["Findings"] == "Edema" and found["Uncertain"] == "Fracture" and found["Seed"] == "3"
    assert "Patient" not in found and "View" not in found
    assert json.dumps(found)
