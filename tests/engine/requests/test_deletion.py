"""What goes with a run, and with a set."""

import pytest

from bench_core import api
from bench_core.errors import InputError, UnknownName
from bench_core.store.workspace import Workspace
from tests.engine.studies import ENCODER, QUICK, evaluate, evaluation
from tests.fakes import request, write_images


def test_deleting_a_run_deletes_its_numbers_and_values(study: Workspace):
    first, second = evaluate(evaluation()), evaluate(evaluation())
    api.delete_run(first.id)
    assert len(api.results()) == len(QUICK)
    assert study.derived.count("per image") == 1
    api.delete_run(second.id)
    assert len(api.results()) == 0
    assert study.derived.count("per image") == 0


def test_references_and_deletion(study: Workspace):
    evaluate(evaluation())
    found = api.references()
    assert [(s.real, s.train, s.encoder) for s in found] == [(api.find_set("real").id, api.find_set("train").id, ENCODER)]
    api.delete_set("train")
    assert api.references() == []
    assert len(api.results()) == 0
    assert study.derived.count("neighbours") == 0


@pytest.fixture
def made(workspace: Workspace) -> api.ImageSet:
    return api.find_set(api.wait(api.submit(request())).set_id)


def test_deleting_frees_the_disk(workspace: Workspace, made: api.ImageSet):
    api.encode(made.id, "tiny-pixels")
    api.thumbnails(made.id, list(made.table["image_id"]))
    used = dict(api.disk_use().itertuples(index=False))
    assert used["images of set"] > 0
    assert used["features"] > 0
    assert used["thumbnails"] > 0
    api.delete_set("set")
    used = dict(api.disk_use().itertuples(index=False))
    assert "images of set" not in used
    assert used["features"] == used["thumbnails"] == 0
    assert not made.root.exists()
    with pytest.raises(UnknownName):
        api.find_set("set")


def test_deleting_keeps_what_another_set_holds(workspace: Workspace, made: api.ImageSet, tmp_path):
    for row in range(2):
        (tmp_path / "images").mkdir(exist_ok=True)
        (tmp_path / "images" / f"{row}.png").write_bytes(made.path(row).read_bytes())
    api.import_images("copy", tmp_path / "images", None, "synthetic")
    api.encode(made.id, "tiny-pixels")
    api.delete_set("set")
    kept = workspace.features.missing(next(p.name for p in workspace.features.folder.iterdir()), made.table["digest"].tolist())
    assert kept == made.table["digest"].tolist()[2:]


def test_what_goes_is_told_before_it_goes(study: Workspace):
    evaluate(evaluation())
    plan = api.deletion_of("train")
    assert (plan.name, plan.other_names, plan.images, plan.numbers) == ("train", [], 60, len(QUICK))
    assert len(api.results()) == len(QUICK)
    assert api.delete_set("train") == plan


def test_files_of_the_user_are_said_to_stay(workspace: Workspace, tmp_path):
    write_images(tmp_path / "films", 2)
    api.import_images("mine", tmp_path / "films", None, "real", copy=False)
    assert api.delete_set("mine").stays_in == str(tmp_path / "films")
    assert len(list((tmp_path / "films").iterdir())) == 2


def test_a_name_may_go_while_the_set_is_used_under_another(workspace: Workspace):
    run_id = api.submit(request())
    workspace.sets.claim_name("other", api.run(run_id).set_id)
    assert api.delete_set("other").other_names == ["set"]
    with pytest.raises(InputError, match="has not ended"):
        api.delete_set("set")


def test_a_set_in_use_is_not_deleted(workspace: Workspace):
    run_id = api.submit(request())
    with pytest.raises(InputError, match="has not ended"):
        api.delete_set("set")
    api.cancel(run_id)
    api.delete_run(run_id)
    with pytest.raises(UnknownName):
        api.find_set("set")
    with pytest.raises(UnknownName):
        api.run(run_id)


def test_what_goes_with_a_run_is_known_beforehand(study: Workspace):
    first = evaluate(evaluation())
    assert api.deletion_of_run(first.id) == api.RunDeletion("fresh", len(QUICK), 0, 0, "fresh")
    second = evaluate(evaluation())
    assert api.deletion_of_run(second.id) == api.RunDeletion("fresh", len(QUICK), len(QUICK), 0, "fresh")
    generated = api.runs().query("kind == 'generate'")["id"].iloc[0]
    assert api.deletion_of_run(generated) == api.RunDeletion("fresh", 0, 0, 30, "fresh")
