"""A report from what a workspace has."""

import pytest

from bench_core import api
from bench_core.engine.answers.report_images import pictures_of
from bench_core.engine.answers.report_numbers import _seen_from, families_of
from bench_core.errors import NotPossible
from bench_core.registry import find_metric
from bench_core.store.workspace import Workspace
from tests.engine.studies import QUICK, REFERENCE, evaluate, evaluation
from tests.handover.report.reports import a_number


def test_what_is_known_is_told(study: Workspace) -> None:
    with pytest.raises(NotPossible, match="'copies' has no numbers against 'real'.*judge"):
        api.set_report("copies", REFERENCE)
    evaluate(evaluation("copies", metrics=[*QUICK, api.Choice(id="copies_found")]))
    found = api.set_report("copies", REFERENCE, said=["look here"])
    assert {n.metric for n in found.numbers} == {"frechet_distance", "nearest_train_distance", "copy_share", "copies_found"}
    stored = api.results(REFERENCE, ["copies"]).set_index("metric")
    for number in found.numbers:
        assert number.value == stored["value"][number.metric] and number.null_high == stored["null_high"][number.metric]
    assert "60 of the 60 synthetic images are, pixel by pixel, images of train" in found.warnings and "look here" in found.warnings
    assert found.copies is not None and found.copies.found == 60 and found.copies.chance < 0.05
    assert all(pair.ratio == 0 for pair in found.pairs) and len(found.pairs) == 12
    assert found.distances is not None and found.distances.synthetic[0] == 1.0
    assert next(f for f in found.families if f.family == "privacy").where == "worse"
    assert found.set_of("real").patients == 20 and found.set_of("real").findings["Edema"] == (20, 40)
    assert "judge --synthetic copies --real real --train train --encoder tiny-pixels" in found.command
    assert any("No attack" in said for said in found.limits) and any("no prompts" in said for said in found.limits)
    assert str(study.config.home) not in found.model_dump_json()
    assert set(pictures_of(study, found, True, True)) >= {f"train/{found.pairs[0].train_image_id}"}
    assert {name.split("/")[0] for name in pictures_of(study, found, True, False)} == {"synthetic"}


def test_without_a_training_set_nothing_is_said_of_copies(study: Workspace) -> None:
    evaluate(evaluation("fresh", train=None, metrics=[api.Choice(id="frechet_distance")]))
    found = api.set_report("fresh", api.Reference("real", None, "tiny-pixels"))
    assert found.copies is None and not found.pairs and not found.attacks
    assert "No training set was given" in " ".join(found.limits)
    assert found.samples["synthetic"][0].caption == "prompt 0", "a prompt that was typed is shown"
    assert not any(one.caption for one in found.samples["real"]), "what may be a report is not"


def test_what_a_number_can_see_lies_beyond_its_range_on_the_worse_side() -> None:
    row = {"status": "ok", "null_low": 0.2, "null_high": 0.6}
    beyond = 0.8416 * 0.4 / 3.92
    below, above = _seen_from(find_metric("frechet_distance"), row)
    assert below is None and above == pytest.approx(0.6 + beyond)
    below, above = _seen_from(find_metric("coverage"), row)
    assert above is None and below == pytest.approx(0.2 - beyond)
    assert _seen_from(find_metric("coverage"), {**row, "null_low": 0.01}) == (None, None), "no share is as small as that"


def test_a_family_is_judged_as_a_whole() -> None:
    within = [a_number(f"m{i}", where="inside", chance=0.5, adjusted=0.6) for i in range(3)]
    lucky = a_number("m3", where="worse", chance=0.03, adjusted=0.12)
    fidelity = families_of([*within, lucky])[0]
    assert (fidelity.where, fidelity.known, fidelity.outside) == ("inside", 4, 1) and "no more than chance explains" in fidelity.words
    assert families_of([*within, a_number("m4")])[0].where == "worse"
    assert families_of([a_number(diagnostic=True)])[0].words == "Only diagnostics, which decide nothing."
    skipped = a_number(status="skipped", message="Too few.", chance=None, adjusted=None)
    assert families_of([skipped])[0].words == "Not judged. Too few."
