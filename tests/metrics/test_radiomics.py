"""The Fréchet radiomics distance: its numbers on tables, its extraction through the package or a stand-in."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.ndimage import gaussian_filter

from bench_core.data import ImageSet
from bench_core.engine.scoring.score_sets import score_sets
from bench_core.errors import BenchError, InputError, MissingPackage
from bench_core.features import FeatureSet
from bench_core.metrics import radiomics
from bench_core.metrics.fidelity.frechet_radiomics_distance import frechet_radiomics_distance
from bench_core.spec import Choice, Scoring
from tests.reference import radiomics as reference


class Pictures(ImageSet):
    def read(self, row: int) -> np.ndarray:
        return self.meta["pictures"][row]


def picture(seed: int, smooth: float = 2.0, side: int = 32) -> np.ndarray:
    field = gaussian_filter(np.random.default_rng(seed).normal(size=(side, side)), smooth)
    return ((field - field.min()) / np.ptp(field) * 255).astype(np.uint8)


def image_set(pictures: list[np.ndarray], kind: Any) -> FeatureSet:
    ids = pd.DataFrame({"image_id": [f"{kind}-{i}" for i in range(len(pictures))]})
    images = Pictures("", kind, kind, Path(), ids, meta={"pictures": pictures})
    return FeatureSet(np.arange(2.0 * len(pictures)).reshape(-1, 2), kind=kind, images=images)


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> list[np.ndarray]:
    """Modules in place of pyradiomics and SimpleITK; the list has all images that were measured."""
    measured: list[np.ndarray] = []

    class Extractor:
        def __init__(self, settings: Mapping[str, Any]) -> None:
            assert settings["setting"]["binWidth"] == 5
            assert settings["setting"]["resampledPixelSpacing"] == [2, 2, 0]
            assert "shape" not in settings["featureClass"]

        def execute(self, image: np.ndarray, mask: np.ndarray) -> dict[str, Any]:
            assert image.shape == mask.shape
            assert image.dtype == np.float32
            assert mask.sum() == mask.size - 1
            measured.append(image)
            step = np.diff(image[0], axis=1)
            return {
                "diagnostics_Versions_Numpy": "2", "original_firstorder_Mean": np.array(image.mean()),
                "original_glcm_Contrast": (step**2).mean(), "wavelet-HH_glszm_ZoneEntropy": np.abs(step).mean(),
                "original_ngtdm_Coarseness": 1e6,
            }  # fmt: skip

    package, module, sitk = ModuleType("radiomics"), ModuleType("radiomics.featureextractor"), ModuleType("SimpleITK")
    module.RadiomicsFeatureExtractor = Extractor  # type: ignore[attr-defined]
    package.featureextractor = module  # type: ignore[attr-defined]
    sitk.GetImageFromArray = lambda array: array  # type: ignore[attr-defined]
    for name, found in (("radiomics", package), ("radiomics.featureextractor", module), ("SimpleITK", sitk)):
        monkeypatch.setitem(sys.modules, name, found)
    monkeypatch.setattr(radiomics, "_kept", {})
    return measured


def test_each_image_is_measured_once_for_all_repeats(stand_in: list[np.ndarray]) -> None:
    pictures = [picture(i) for i in range(24)]
    real = image_set(pictures, "real")
    synthetic = image_set([picture(100 + i, 3.0) for i in range(19)] + [pictures[0]], "synthetic")
    row = score_sets({"real": real, "synthetic": synthetic}, Scoring(metrics=[Choice(id="frechet_radiomics_distance")]))[0][0]
    assert row.status == "ok"
    assert None not in (row.value, row.low, row.high, row.matched, row.null, row.null_low, row.null_high)
    assert "Left out, not finite or constant: original_ngtdm_Coarseness." in row.message
    assert row.value is not None
    assert row.null is not None
    assert row.value > row.null
    assert len(stand_in) == 43  # not the copy, and nothing twice
    frechet_radiomics_distance(real, image_set(pictures[:12], "synthetic"))  # another set, the same images
    assert len(stand_in) == 43


def test_rows_follow_the_images(stand_in: list[np.ndarray]) -> None:
    pictures = [picture(i) for i in range(12)]
    whole = image_set(pictures, "real")
    found = radiomics.radiomics(whole)
    assert list(found.columns) == [
        "original_firstorder_Mean", "original_glcm_Contrast", "wavelet-HH_glszm_ZoneEntropy", "original_ngtdm_Coarseness",
    ]  # fmt: skip
    np.testing.assert_allclose(found["original_firstorder_Mean"], [p.mean() for p in pictures], rtol=1e-5)
    rows = [5, 0, 7]
    pd.testing.assert_frame_equal(radiomics.radiomics(whole.take(rows)), found.iloc[rows].reset_index(drop=True))


def test_an_image_without_features_is_named(stand_in: list[np.ndarray]) -> None:
    black = image_set([picture(0), np.zeros((32, 32), np.uint8)], "synthetic")
    with pytest.raises(BenchError, match=r"synthetic: image 'synthetic-1' has no radiomic features: all its pixels are 0"):
        radiomics.radiomics(black)
    with pytest.raises(InputError, match="without images"):
        radiomics.radiomics(FeatureSet(np.ones((3, 2))))


def test_without_the_package_it_is_skipped_and_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "radiomics", None)
    sets = {kind: image_set([picture(i) for i in range(12)], kind) for kind in ("real", "synthetic")}
    with pytest.raises(MissingPackage, match="pyradiomics"):
        frechet_radiomics_distance(sets["real"], sets["synthetic"])
    row = score_sets(sets, Scoring(metrics=[Choice(id="frechet_radiomics_distance")]))[0][0]
    assert (row.status, row.value) == ("skipped", None)
    assert "pip install --no-build-isolation pyradiomics==3.0.1" in row.message


def test_with_the_package_textures_are_told_apart() -> None:
    pytest.importorskip("radiomics", reason="optional: pyradiomics")
    made = [(0, 2.0, "real"), (50, 2.0, "synthetic"), (80, 3.0, "synthetic")]
    real, same, smooth = (image_set([picture(first + i, width, 48) for i in range(5)], kind) for first, width, kind in made)
    found = radiomics.radiomics(real)
    assert found.shape == (5, 385)
    assert {name.split("_")[0] for name in found} == {"original", "wavelet-LL", "wavelet-LH", "wavelet-HL", "wavelet-HH"}
    assert frechet_radiomics_distance(real, same).value < frechet_radiomics_distance(real, smooth).value


def test_features_equal_those_of_frd_score() -> None:
    pytest.importorskip("radiomics", reason="optional: pyradiomics")
    found = radiomics.radiomics(image_set([reference.picture()], "real")).iloc[0]
    expected = json.loads(reference.FILE.read_text())["features"]
    assert {name.removeprefix("original_") for name in found.index} == set(expected)
    for name, value in found.items():
        assert value == pytest.approx(expected[str(name).removeprefix("original_")], rel=1e-6, abs=1e-9), name
