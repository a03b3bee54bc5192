"""What an import says of itself, and the one switch that all imports have."""

from pathlib import Path

import pytest

from bench_core import api
from bench_core.intake.outcome import refused
from bench_core.store.workspace import Workspace
from tests.intake import miniatures


def test_problems_are_counted_in_one_sentence() -> None:
    assert refused(["row 3: a.dcm is no DICOM file."], 2).message == "1 problem: row 3: a.dcm is no DICOM file."
    assert refused(["a.", "b", "c.", "d."], 0).message == "4 problems: a; b; c; and 1 more."


@pytest.mark.parametrize("copy", [None, False, True])
def test_copy_is_one_switch_with_one_meaning(workspace: Workspace, tmp_path: Path, copy):
    root = miniatures.nih(tmp_path / "nih")
    api.import_images("own", root, None, "real", copy=copy)
    api.import_data_set("public", "nih", root, "real", copy=copy)
    copied = {name: api.find_set(name).root != root for name in ("own", "public")}
    assert copied == ({"own": True, "public": False} if copy is None else {"own": copy, "public": copy})


def test_a_selection_that_is_none_is_refused(workspace: Workspace, tmp_path: Path):
    with pytest.raises(TypeError, match="splt"):
        api.import_data_set("mine", "nih", miniatures.nih(tmp_path / "nih"), "real", splt="test")  # type: ignore[call-arg]
    assert len(api.sets()) == 0
