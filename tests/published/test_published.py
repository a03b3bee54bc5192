"""Published numbers are as given, typed, and carry the warnings of the cells that look wrong."""

import csv
from pathlib import Path

import pytest

from bench_core import published

FOLDER = Path(published.__file__).parent


NUMBERS = published.numbers()


def read(file: str) -> list[dict[str, str]]:
    with (FOLDER / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_every_cell_of_every_table_is_there_as_it_was_read() -> None:
    for file in [p.relative_to(FOLDER).as_posix() for p in sorted(FOLDER.rglob("*.csv"))]:
        rows = read(file)
        if not rows or "value" not in rows[0]:
            continue
        found = [n for n in NUMBERS if n.file == file]
        assert [n.value for n in found] == [float(r["value"]) for r in rows], file
        assert [n.source for n in found] == [r["source"] for r in rows] and all(n.source for n in found), file


def test_each_suspect_cell_exists_and_is_warned_of() -> None:
    rows = read("chexgenbench/suspect_values.csv")
    assert len(rows) == 30
    for row in rows:
        subgroup = f"finding={row['pathology']}" if row["pathology"] else "all"
        (cell,) = [
            n for n in NUMBERS
            if (n.file, n.model, n.metric, n.subgroup) == (f"chexgenbench/{row['file']}", row["model"], row["metric"], subgroup)
        ]  # fmt: skip
        assert (cell.value, cell.warning) == (float(row["printed_value"]), row["why"])
    own = [n for n in NUMBERS if n.paper == "CheXGenBench" and n.kind == "result"]
    assert sum(bool(n.warning) for n in own) == 30
    assert all("shards" in n.warning for n in NUMBERS if n.model.startswith("UniX (") and n.subgroup == "all")


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("FID (RadDino)", ("frechet_distance", "rad-dino", "compatible", "lower")),
        ("Coverage", ("coverage", "rad-dino", "compatible", "higher")),
        ("Alignment score (BioViL-T)", ("image_text_alignment", "biovil-t", "compatible", "higher")),
        ("Avg. Re-ID score", ("", "", "", "lower")),
    ],
)
def test_printed_names_are_given_our_metric_space_and_mode(metric: str, expected: tuple[str, ...]) -> None:
    cells = [n for n in NUMBERS if n.metric == metric and n.file.startswith("chexgenbench/")]
    assert {(n.metric_id, n.encoder, n.mode, n.better) for n in cells} == {expected}


def test_only_chexgenbench_cells_share_a_space_and_mode_with_ours() -> None:
    for n in NUMBERS:
        assert (
            bool(n.metric_id) == (n.metric in published.MEANINGS and published.MEANINGS[n.metric].metric_id != "") or n.data != "MIMIC-CXR"
        )
        assert (n.mode == "compatible") == bool(n.metric_id)
    leak = [n for n in NUMBERS if "leakage" in n.note]
    assert leak and all(n.better == "" for n in leak)  # "higher means more leakage" is no direction to strive for


def test_reprints_agree_with_the_originals_but_for_the_cell_that_is_warned_of() -> None:
    original = {(n.model, n.metric, n.subgroup): n for n in NUMBERS if n.paper == "CheXGenBench"}
    pairs = [(n, original[n.model, n.metric, n.subgroup]) for n in NUMBERS if n.paper == "UniX (reprint)"]
    differ = [o for n, o in pairs if n.value != o.value]
    assert len(pairs) == 112 and [(o.model, o.subgroup) for o in differ] == [("Sana", "finding=Pneumonia")] and differ[0].warning
