"""Films: the same id gives the same bytes, and each finding shows where a reader would look."""

import hashlib

import numpy as np
import pytest

from bench_core import phantom
from bench_core.phantom import FINDINGS, Description, Finding
from bench_core.phantom.cohort import complete_description
from bench_core.phantom.film import draw_film

SHAPE = (256, 256)


BRIGHTER = [name for name in FINDINGS[1:] if name not in ("Cardiomegaly", "Pneumothorax", "Fracture")]


def centre(mask: np.ndarray) -> tuple[float, float]:
    row, column = np.argwhere(mask).mean(0)
    return float(row), float(column)


def pair(name: str, seed: int, severity: str = "severe") -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A film with one finding, the same patient without it, and the finding's mask."""
    asked = Description((Finding(name, "", "" if name == "Support Devices" else severity),), "PA")
    description = complete_description(asked, None, np.random.default_rng(seed))
    image, masks = draw_film((seed,), 9, 1, description)
    plain, _ = draw_film((seed,), 9, 1, Description((), "PA"))
    return image.astype(float), plain.astype(float), masks[name]


def test_same_id_same_bytes_and_another_study_differs() -> None:
    table = phantom.cohort_table(5, films=12)
    for image_id in table["image_id"][:4]:
        first, second = phantom.render(image_id), phantom.render(image_id)
        assert first.image.tobytes() == second.image.tobytes()
        assert first.image.shape == SHAPE and first.image.dtype == np.uint8
        assert all(mask.shape == SHAPE and mask.dtype == bool for mask in first.masks.values())
        assert all(np.array_equal(first.masks[name], second.masks[name]) for name in first.masks)
    digests = {hashlib.sha256(phantom.render(image_id).image.tobytes()).hexdigest() for image_id in table["image_id"]}
    assert len(digests) == 12


def test_render_many_keeps_order_and_bytes() -> None:
    ids = phantom.cohort_table(6, films=20)["image_id"].tolist()
    for workers in (1, 2):
        films = list(phantom.render_many(ids, workers))
        assert [film.study_id for film in films] == ["s" + image_id[1:] for image_id in ids]
        assert films[-1].image.tobytes() == phantom.render(ids[-1]).image.tobytes()


@pytest.mark.parametrize("image_id", ["", "p1-1-1", "x1-000001-1", "p1-000001-99", "../p1-000001-1"])
def test_what_is_not_a_film_is_refused(image_id: str) -> None:
    with pytest.raises(ValueError, match="simulated film|studies"):
        phantom.render(image_id)


@pytest.mark.parametrize("seed", range(3))
def test_anatomy_lies_where_it_should(seed: int) -> None:
    film = phantom.render_prompt("Normal chest. PA view.", seed)
    left, right, heart = (centre(film.masks[name]) for name in ("lung_left", "lung_right", "heart"))
    assert right[1] < 128 < left[1]  # the patient's right is on the left of the image
    assert right[1] < heart[1] < left[1] and heart[0] > 120
    lungs = film.image[film.masks["lung_left"] & ~film.masks["heart"]].mean()
    assert lungs + 40 < film.image[film.masks["heart"]].mean()
    assert film.description.labels["No Finding"] == 1 and sum(film.description.labels.values()) == 1


@pytest.mark.parametrize(("side", "on_image_right"), [("left", True), ("right", False)])
def test_effusion_lies_low_and_on_its_side(side: str, on_image_right: bool) -> None:
    for seed in range(4):
        row, column = centre(phantom.render_prompt(f"Moderate {side} pleural effusion.", seed).masks["Pleural Effusion"])
        assert row > 128 and (column > 128) == on_image_right


@pytest.mark.parametrize("name", BRIGHTER)
def test_film_is_brighter_inside_the_mask(name: str) -> None:
    for seed in range(2):
        image, plain, mask = pair(name, seed)
        assert mask.any()
        assert (image - plain)[mask].mean() > 8


def test_air_is_darker_beyond_the_pleural_edge() -> None:
    image, plain, mask = pair("Pneumothorax", 1, "moderate")
    assert (image - plain)[mask].mean() < -8


def test_fracture_changes_the_ribs_and_little_else() -> None:
    image, plain, mask = pair("Fracture", 1)
    change = np.abs(image - plain)
    assert change[mask].mean() > 4 * change[:, :100][~mask[:, :100]].mean() or change[mask].mean() > 4


def test_heart_grows_with_cardiomegaly() -> None:
    def ratio(text: str, seed: int) -> float:
        masks = phantom.render_prompt(text, seed).masks
        heart = np.flatnonzero(masks["heart"].any(0))
        chest = np.flatnonzero((masks["lung_left"] | masks["lung_right"]).any(0))
        return float((heart[-1] - heart[0]) / (chest[-1] - chest[0]))

    for seed in range(4):
        plain, mild, severe = (ratio(f"{text}. PA view.", seed) for text in ("Normal", "Mild cardiomegaly", "Severe cardiomegaly"))
        assert 0.38 < plain < mild < severe
        assert mild > 0.5


def test_severity_grows_the_mask() -> None:
    for name in ("Pleural Effusion", "Lung Lesion", "Pneumothorax", "Consolidation"):
        sizes = [pair(name, 2, severity)[2].sum() for severity in ("mild", "moderate", "severe")]
        assert sizes[0] < sizes[1] < sizes[2]


def test_prompt_is_followed_and_labels_overrule() -> None:
    film = phantom.render_prompt("Large left pneumothorax with left chest tube. No pleural effusion.", 3)
    assert {(item.name, item.side, item.severity) for item in film.description.findings} == {
        ("Pneumothorax", "left", "severe"),
        ("Support Devices", "left", ""),
    }
    other = phantom.render_prompt("Large left pneumothorax.", 3, {"Pneumothorax": 0, "Edema": 1})
    assert other.description.labels["Edema"] == 1 and other.description.labels["Pneumothorax"] == 0
    assert phantom.render_prompt("", 3).description.findings == ()


def test_patients_differ_more_than_studies_of_one_patient() -> None:
    anatomy_same, anatomy_other = [], []
    well = Description((Finding("No Finding"),), "PA")
    films = {(patient, study): draw_film((40, patient), 0, study, well)[0] for patient in range(6) for study in (1, 2)}
    small = {key: image.reshape(32, 8, 32, 8).mean((1, 3)) for key, image in films.items()}
    for a in small:
        for b in small:
            if a < b:
                (anatomy_same if a[0] == b[0] else anatomy_other).append(np.linalg.norm(small[a] - small[b]))
    assert np.median(anatomy_same) < np.median(anatomy_other)
