"""Prompts from the tables that torchxrayvision ships, on miniature files in a package of that name."""

import csv
import gzip
import io
import sys
import tarfile
from pathlib import Path

import pytest

from bench_core import api
from bench_core.data import FINDINGS
from bench_core.errors import MissingPackage, StoreError, UnknownName
from bench_core.prompts.package_tables import in_words
from tests.intake.miniatures import REPORT


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package that fails when it is imported: only its files may be read."""
    home = tmp_path / "torchxrayvision"
    (home / "data").mkdir(parents=True)
    (home / "__init__.py").write_text("raise RuntimeError('imported')")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "torchxrayvision", raising=False)
    return home / "data"


def packed(path: Path, rows: list[dict[str, object]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(gzip.compress(text.getvalue().encode()))


def test_reports_of_openi(package: Path):
    with tarfile.open(package / "NLMCXR_reports.tgz", "w:gz") as archive:
        for name, findings, impression in (("1", "Large\n heart.", "Big."), ("2", "", "Normal."), ("3", "", "Normal."), ("4", "", "")):
            text = REPORT.format(
                uid=name, findings=findings, impression=impression, mesh="", images=f'<parentImage id="i{name}"/>'
            ).encode()
            info = tarfile.TarInfo(f"ecgen-radiology/{name}.xml")
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text))
    prompts = api.package_prompts("openi-reports")
    assert [(p.text, p.source_image_id) for p in prompts] == [("Large heart. Big.", "i1"), ("Normal.", "i2")]
    assert len(api.package_prompts("openi-reports", limit=1)) == 1
    assert "torchxrayvision" not in sys.modules


def test_sources_whose_files_are_not_there_say_so(package: Path):
    packed(package / "chexpert_train.csv.gz", [{"Edema": "1.0"}])
    lacking = {source.id: source.missing for source in api.package_sources()}
    assert lacking.pop("chexpert-labels") == ""
    assert set(lacking) == {"openi-reports", "nih-labels"}
    assert "Data_Entry_2017_v2020.csv.gz" in lacking["nih-labels"]


def test_label_tables_in_words(package: Path):
    blank = dict.fromkeys(FINDINGS, "")
    rows = [{**blank, "Edema": "1.0", "Fracture": "-1.0", "Pneumonia": "0.0"}, {**blank, "No Finding": "1.0"}, blank]
    packed(package / "chexpert_train.csv.gz", rows)
    first, second = api.package_prompts("chexpert-labels")
    assert first.text == "Edema. Possible fracture. No pneumonia."
    assert first.labels == {"Edema": 1, "Fracture": -1, "Pneumonia": 0}
    assert second.text == "No acute cardiopulmonary abnormality."
    packed(package / "Data_Entry_2017_v2020.csv.gz", [{"Finding Labels": "Effusion|Mass"}, {"Finding Labels": "Hernia"}])
    (nih,) = api.package_prompts("nih-labels")
    assert nih.text == "Lung lesion, pleural effusion."
    assert (nih.labels["Pleural Effusion"], nih.labels["Edema"]) == (1, 0)
    assert "Fracture" not in nih.labels


def test_what_is_missing_is_named(package: Path, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(StoreError, match="without its file NLMCXR_reports.tgz"):
        api.package_prompts("openi-reports")
    with pytest.raises(UnknownName, match="openi-reports"):
        api.package_prompts("openi-report")
    monkeypatch.setattr("bench_core.prompts.package_tables.find_spec", lambda name: None)
    assert api.package_sources() == []
    with pytest.raises(MissingPackage, match="pip install --no-deps torchxrayvision"):
        api.package_prompts("openi-reports")


def test_words_are_never_empty():
    assert in_words({}) == "Chest radiograph."
    assert in_words({"No Finding": 1, "Support Devices": 1}) == "No acute cardiopulmonary abnormality. Support devices."
