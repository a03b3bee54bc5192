"""Queue: whose turn it is, why a run failed, and what its buttons do."""

import dataclasses

import pandas as pd
import pytest

from bench_core import api
from pages.components.runs.status import in_turn, kind_of, waiting_line
from tests.pages.conftest import Opener, words_of
from tests.pages.fake import Fake


def test_queue_shows_why_a_run_failed_and_repeats_it(filled: Fake, open_page: Opener) -> None:
    at = open_page("queue")
    assert "Put them into the folder" in words_of(at)
    at.button(key="repeat-run-broken").click().run()
    at.button(key="delete-run-broken").click().run()
    assert filled.deleted == [], "it asks first"
    assert "9 numbers of broken-set" in words_of(at) and "3 numbers stay" in words_of(at)
    at.button(key="really-delete-run").click().run()
    assert filled.submitted == [("repeat", "run-broken")] and filled.deleted == ["run-broken"]
    assert "Put them into the folder" not in words_of(at)


def test_queue_shows_what_runs_first_then_what_waits_in_its_turn_then_what_ended() -> None:
    status = ["queued", "queued", "running", "failed", "paused", "done"]
    rows = pd.DataFrame({"id": list("abcdef"), "status": status, "position": [1, 2, None, None, None, None]})
    assert in_turn(rows)["id"].tolist() == ["c", "a", "b", "e", "d", "f"]


def test_queue_says_whose_turn_it_is_and_pauses_and_lets_go_on(filled: Fake, open_page: Opener) -> None:
    filled.add_run("run-mine", "generate", "mine", "queued", None, owner="ann", position=2, starts_in=90.0)
    at = open_page("queue")
    assert waiting_line(filled.run("run-mine")) == "number 2 in the queue · starts in about 90 s · 5 of 10 are there"
    assert "ann" in words_of(at)
    assert r"cuda\:0" in words_of(at)
    at.button(key="turn-run-mine").click().run()
    assert filled.run("run-mine").priority == 10
    at.button(key="pause-run-mine").click().run()
    assert filled.run("run-mine").status == "paused"
    at.button(key="resume-run-mine").click().run()
    assert filled.run("run-mine").status == "queued"


def test_a_held_queue_says_who_holds_it(filled: Fake, open_page: Opener) -> None:
    filled.add_run("run-mine", "generate", "mine", "queued", None, position=1)
    at = open_page("queue")
    at.text_input[0].set_value("Ann").run()
    next(b for b in at.button if b.label == "Hold the queue").click().run()
    assert "**Ann** holds the queue" in at.warning[0].value
    assert waiting_line(filled.run("run-mine")) == "the queue is held by Ann"
    next(b for b in at.button if b.label == "Let the queue go on").click().run()
    assert not at.warning


def test_nobody_stops_or_deletes_the_runs_of_others(filled: Fake, open_page: Opener) -> None:
    filled.add_run("run-theirs", "generate", "theirs", "queued", None, owner="bob", position=1)
    filled.add_run("run-ended", "generate", "ended", "done", None, owner="bob")
    at = open_page("queue")
    for key in ("turn-run-theirs", "pause-run-theirs", "cancel-run-theirs", "delete-run-ended"):
        assert at.button(key=key).disabled and "bob asked for it" in at.button(key=key).help, key
    assert not at.button(key="repeat-run-ended").disabled
    assert not at.button(key="delete-run-broken").disabled


def test_the_choice_of_rows_is_in_the_address(filled: Fake, open_page: Opener) -> None:
    filled.add_run("run-theirs", "generate", "theirs", "failed", None, owner="bob", error="no luck")
    at = open_page("queue", {"status": "failed", "mine": "1"})
    assert "broken" in words_of(at) and "no luck" not in words_of(at)
    at.toggle(key="mine").set_value(False).run()
    assert "no luck" in words_of(at) and dict(at.query_params) == {"status": "failed"}


def test_two_evaluations_of_one_set_can_be_told_apart(filled: Fake) -> None:
    spec = api.EvaluateSpec(synthetic="s", real="r", encoders=["e"])
    run = filled.run(filled.run_rows[0]["id"])
    asked = [spec, spec.model_copy(update={"subgroup": "finding"}), spec.model_copy(update={"mode": "compatible"})]
    assert len({kind_of(dataclasses.replace(run, kind=s.kind, spec=s)) for s in asked}) == 3


def test_queue_says_when_no_worker_runs(filled: Fake, open_page: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "worker_alive", lambda: False)
    assert "python -m bench_core worker" in open_page("queue").warning[0].value


def test_a_held_queue_forecasts_no_start(filled: Fake, open_page: Opener) -> None:
    filled.add_run("run-mine", "generate", "mine", "queued", None, position=3, starts_in=90.0)
    assert "number 3 in the queue · starts in about 90 s" in words_of(open_page("queue"))
    filled.hold_queue("Ann")
    words = words_of(open_page("queue"))
    assert "number 3 in the queue" in words and "starts in" not in words
