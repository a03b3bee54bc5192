"""CheXGenBench's result files, each in miniature, and files that are not what they seem."""

import json

import pytest

from bench_core import api
from bench_core.errors import InputError, NameTaken, TableError, UnknownName
from bench_core.intake.chexgenbench import read_results
from bench_core.store.workspace import Workspace
from tests.chexgenbench_files import ALIGNMENT, CONDITIONAL, FLUX, HEADER, PRIVACY, SANA, SHARDED, WHOLE, WITH_FRD


def given(**files: str) -> list[tuple[str, bytes]]:
    return [(f"{name}.csv", text.encode()) for name, text in files.items()]


def cells(*columns: str) -> dict[tuple[str, ...], dict]:
    rows = api.imported_results().to_dict("records")
    return {tuple(r[c] for c in columns): r for r in rows}


def test_a_fidelity_file_becomes_numbers_in_the_spaces_of_its_columns(workspace: Workspace) -> None:
    report = api.import_results("theirs", given(image_generation_metrics=WHOLE))
    assert (report.imported, report.problems, report.set_id) == (18, [], None)
    found = cells("model", "metric")
    fid = found["Sana", "FID (RadDino)"]
    assert (fid["metric_id"], fid["encoder"], fid["mode"], fid["value"], fid["subgroup"]) == (
        "frechet_distance", "rad-dino", "compatible", 54.225, "all",
    )  # fmt: skip
    assert (fid["file"], fid["row"], fid["caption"], fid["warning"]) == ("image_generation_metrics.csv", 1, "llavarad", "")
    assert found["Flux.1-Dev", "FID"]["encoder"] == "inception-fid" and found["Flux.1-Dev", "FID"]["row"] == 2
    assert "not an Inception Score" in found["Sana", "Inception Score"]["warning"]
    assert found["Sana", "Recall"]["encoder"] == "rad-dino"


def test_imported_numbers_are_never_among_our_own(workspace: Workspace) -> None:
    before = api.data_version()
    api.import_results("theirs", given(m=WHOLE))
    assert api.results().empty and api.references() == [] and api.runs().empty and api.sets().empty
    assert api.data_version() != before
    published = api.published().query("metric == 'FID (RadDino)' and model == 'Sana' and subgroup == 'all'")["value"].iloc[0]
    assert cells("model", "metric")["Sana", "FID (RadDino)"]["value"] == published


def test_findings_shards_frd_and_alignment_are_told_apart(workspace: Workspace) -> None:
    api.import_results("findings", given(conditional_image_generation_metrics=CONDITIONAL))
    found = cells("metric", "subgroup")
    assert found["FID (RadDino)", "finding=Pleural Other"]["value"] == 199.5
    assert "findings do not compare" in found["FID (RadDino)", "finding=No Finding"]["warning"]
    assert found["Coverage", "finding=No Finding"]["warning"] == ""
    api.delete_import("findings")
    api.import_results("shards", given(image_generation_metrics=SHARDED))
    found = cells("model", "metric")
    assert len(found) == 18 and all("Mean over shards" in r["warning"] for r in found.values())
    assert ("Sana", "Alignment score (BioViL-T)") not in found
    api.delete_import("shards")
    api.import_results("frd", given(image_generation_metrics=WITH_FRD, img_text_alignment=ALIGNMENT))
    found = cells("model", "metric")
    assert "last row" in found["Flux.1-Dev", "FRD"]["warning"] and ("Sana", "FRD") not in found
    assert found["Sana", "Alignment score (BioViL-T)"]["value"] == 0.695
    assert found["Sana", "Alignment score (BioViL-T)"]["warning"] == found["Sana", "FID (RadDino)"]["warning"] == ""


def test_sharded_rows_appended_to_whole_ones_are_marked_row_by_row() -> None:
    text = f"{HEADER},Caption Type,Alignment_score\n{SANA},llavarad,\n{FLUX},,\n"
    rows, problems = read_results(given(m=text))
    assert not problems
    marked = {r["model"] for r in rows if "shards" in str(r["warning"])}
    assert marked == {"Flux.1-Dev"}


def test_a_privacy_file_gives_its_means_and_keeps_no_prompt_or_path(workspace: Workspace) -> None:
    api.import_results("privacy", [("privacy_metrics_Sana_shard_None.csv", PRIVACY.encode())])
    found = cells("metric")
    assert {m[0]: r["value"] for m, r in found.items()} == pytest.approx(
        {"Avg. Re-ID score": 0.5, "Max. Re-ID score": 0.99, "Avg. latent distance": 0.6, "Avg. pixel distance": 145.0}
    )
    assert {(r["model"], r["n"], r["metric_id"], r["mode"]) for r in found.values()} == {("Sana", 2, "", "")}
    assert "not a distance" in found[("Avg. pixel distance",)]["warning"]
    stored = json.dumps(workspace.imports.rows())
    assert "effusion" not in stored and "files/p1" not in stored
    rows, _ = read_results([("privacy_metrics_Sana_shard_2.csv", PRIVACY.encode())])
    assert all("One shard" in str(r["warning"]) for r in rows)


def test_findings_are_written_as_in_every_other_table(workspace: Workspace) -> None:
    for spelling in ("pleural_other", "PLEURAL OTHER"):
        rows, wrong = read_results([("m.csv", CONDITIONAL.replace("Pleural Other", spelling).encode())])
        assert not wrong
        assert rows == read_results([("m.csv", CONDITIONAL.encode())])[0]


def test_an_import_is_deleted_by_its_name_and_not_overwritten(workspace: Workspace) -> None:
    api.import_results("theirs", given(m=WHOLE))
    assert api.import_results("theirs", given(m=WHOLE)).imported == 18 and len(api.imported_results()) == 18
    with pytest.raises(NameTaken, match="'theirs'"):
        api.import_results("theirs", given(m=ALIGNMENT))
    api.import_results("more", given(m=ALIGNMENT))
    api.delete_import("theirs")
    assert set(api.imported_results()["name"]) == {"more"}
    with pytest.raises(UnknownName, match="Did you mean 'more'"):
        api.delete_import("mor")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (WHOLE.replace("54.225", "abc"), "line 2, column 'FID (RadDino)': 'abc' is no number"),
        (WHOLE.replace("54.225", "inf"), "line 2, column 'FID (RadDino)': inf is not a finite number"),
        (WHOLE.replace("0.42,", "1.42,"), "line 3, column 'Precision': 1.42 is not a finite number in its range (0 to 1)"),
        (WHOLE.replace("122.05", "-3"), "line 3, column 'FID (RadDino)': -3 is not"),
        (WHOLE.replace("Coverage", "Covrage"), "column 'Covrage' is not known; is 'Coverage' meant?"),
        (WHOLE.replace(",Sana,", ",,"), "line 2, column 'Extra Info': is empty"),
        (WHOLE.replace("Flux.1-Dev", "Sa\u0007na"), "line 3, column 'Extra Info'"),
        (WHOLE.replace("Flux.1-Dev", "Sana"), "line 3: FID of 'Sana' is in line 2 too"),
        (WHOLE + "1,2,3\n", "line 4: 3 cells for 11 columns"),
        (WHOLE + ",,,,,,,,,Sana3,x\n", "line 4: has no number"),
        (CONDITIONAL.replace("Pleural Other", "Pleural Othre"), "line 3, column 'Pathology': 'Pleural Othre' is no finding"),
        (ALIGNMENT.replace("0.036", "3.6"), "line 3, column 'Alignment_score': 3.6 is not a finite number in its range (-1 to 1)"),
    ],
)
def test_what_is_wrong_is_named_with_row_and_column(workspace: Workspace, text: str, told: str) -> None:
    with pytest.raises(TableError) as caught:
        api.import_results("bad", given(m=text))
    assert any(told in p for p in caught.value.problems), caught.value.problems
    assert api.imported_results().empty
    report = api.import_results("rest", given(m=text), skip_bad=True)
    assert report.imported >= 1 and report.problems == caught.value.problems


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("m.csv", b"", "none of CheXGenBench's result files"),
        ("m.csv", b"a,b\n1,2\n", "none of CheXGenBench's result files"),
        ("m.csv", b"\xff\xfe\x00", "not UTF-8"),
        ("m.csv", WHOLE.encode() + b'"open', "cannot be read as a CSV"),
        ("m.csv", f"{HEADER}\n".encode(), "has no rows"),
        ("m.csv", b"FID,FID,Extra Info\n1,2,a\n", "more than once"),
        ("m.csv", b"FID\n1\n", "no column 'Extra Info'"),
        ("scores.csv", PRIVACY.encode(), "tells no model"),
        ("privacy_metrics_A.csv", b"Real Path,Prompt,Mean_reid_scores\n", "has no rows"),
    ],
)
def test_files_that_cannot_be_read_are_refused_whole(workspace: Workspace, name: str, data: bytes, told: str) -> None:
    with pytest.raises(TableError, match=told):
        api.import_results("bad", [(name, data)], skip_bad=True)
    assert api.imported_results().empty


def test_a_bad_prompt_row_of_a_privacy_file_is_left_out_whole(workspace: Workspace) -> None:
    text = PRIVACY.replace("0.6,0.99", "0.6,1.99") + "x,y,,0.5,1,1,1,1\n"
    report = api.import_results("privacy", [("privacy_metrics_A.csv", text.encode())], skip_bad=True)
    assert report.problems == [
        "line 3, column 'Max_reid_scores': 1.99 is not a finite number in its range (0 to 1)",
        "line 4, column 'Mean_reid_scores': is empty",
    ]
    assert {r["n"] for r in cells("metric").values()} == {1}


def test_names_and_files_are_needed(workspace: Workspace) -> None:
    for name, files in (("", given(m=WHOLE)), ("a" * 16, given(m=WHOLE)), ("mine", [])):
        with pytest.raises(InputError):
            api.import_results(name, files)
    assert read_results([("..\\..\\etc\\m.csv", WHOLE.encode())])[0][0]["file"] == "m.csv"


def test_semicolons_are_read_and_decimal_commas_named(workspace: Workspace) -> None:
    european = WHOLE.replace(",", ";")
    assert api.import_results("theirs", given(m=european)).imported == 18
    with pytest.raises(TableError) as caught:
        api.import_results("comma", given(m=european.replace("54.225", "54,225")))
    assert caught.value.problems == ["line 2, column 'FID (RadDino)': '54,225' is no number, write 54.225 (a point for the decimal comma)"]
