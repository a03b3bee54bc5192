"""Whose turn it is, without a database."""

from dataclasses import replace

from bench_core.store.turns import (
    AGEING_SECONDS,
    HALF_LIFE_SECONDS,
    INTERACTIVE,
    LEFT_TO_OTHERS_SECONDS,
    MOST_OVERTAKEN,
    Turn,
    choose,
    decayed,
    forecast,
    in_turn,
    urgency,
)

NOW = 1_000_000.0


def turn(name: str, owner: str = "ann", priority: int = 0, asked: float = 0.0, **more) -> Turn:
    """A run that was asked for `asked` seconds after the start of the test."""
    return Turn(id=name, owner=owner, priority=priority, since=NOW, created=NOW + asked, **more)


def order(turns, used=(), running=(), now=NOW) -> list[str]:
    return [t.id for t in in_turn(turns, dict(used), dict(running), now)]


def take(turns, loaded=(), idle=(), now=NOW + LEFT_TO_OTHERS_SECONDS + 1):
    chosen, overtaken = choose(turns, {}, {}, loaded=loaded, idle_elsewhere=idle, now=now)
    return chosen and chosen.id, overtaken and overtaken.id


def test_users_take_turns_however_many_runs_one_has_asked_for():
    many = [turn(f"a{i}", "ann", asked=i, expected=10.0) for i in range(4)]
    few = [turn(f"b{i}", "bob", asked=10 + i, expected=10.0) for i in range(2)]
    assert order([*many, *few]) == ["a0", "b0", "a1", "b1", "a2", "a3"]


def test_who_had_less_lately_comes_first_and_long_runs_count_as_long():
    runs = [turn("a", "ann"), turn("b", "bob", asked=1), turn("b2", "bob", asked=2, expected=1.0)]
    assert order(runs, used={"ann": 500.0}) == ["b", "b2", "a"]
    long = [turn("a", "ann", expected=1000.0), turn("a2", "ann", asked=1)]
    long += [turn(f"b{i}", "bob", asked=2 + i, expected=10.0) for i in range(3)]
    assert order(long) == ["a", "b0", "b1", "b2", "a2"]


def test_a_user_with_a_run_in_progress_waits_for_one_without():
    assert order([turn("a", "ann"), turn("b", "bob", asked=1)], used={"bob": 99.0}, running={"ann": 1}) == ["b", "a"]


def test_what_was_used_is_forgotten_by_and_by():
    assert decayed(100.0, NOW, NOW + HALF_LIFE_SECONDS) == 50.0
    assert decayed(100.0, NOW, NOW - 5) == 100.0


def test_urgent_runs_first_then_waiting_makes_plain_ones_urgent_but_never_those_behind():
    batch, quick, behind = turn("batch"), turn("quick", priority=INTERACTIVE, asked=1), turn("behind", priority=-10, asked=-9)
    assert order([batch, quick, behind]) == ["quick", "batch", "behind"]
    later = NOW + AGEING_SECONDS * INTERACTIVE
    assert urgency(batch, later) == INTERACTIVE
    assert order([batch, replace(quick, since=later), behind], now=later) == ["batch", "quick", "behind"]
    assert urgency(behind, later) == -10


def test_a_run_over_which_a_worker_died_goes_on_first():
    assert order([turn("quick", priority=INTERACTIVE), turn("hurt", asked=1, attempts=1)]) == ["hurt", "quick"]


def test_a_loaded_model_may_overtake_but_not_for_ever():
    first, second = turn("first", model="sd"), turn("second", asked=1, model="flux")
    assert take([first, second]) == ("first", None)
    assert take([first, second], loaded=["flux"]) == ("second", "first")
    assert take([replace(first, overtaken=MOST_OVERTAKEN), second], loaded=["flux"]) == ("first", None)
    assert take([replace(first, priority=INTERACTIVE), second], loaded=["flux"]) == ("first", None)
    assert take([turn("first"), second], loaded=["flux"]) == ("first", None), "a run without a model costs no load"


def test_a_run_is_left_to_the_idle_worker_that_has_its_model_but_not_for_long():
    run = turn("run", model="sd")
    assert take([run], idle=["sd"], now=NOW) == (None, None)
    assert take([run], idle=["sd"], loaded=["sd"], now=NOW) == ("run", None)
    assert take([run], idle=["sd"], now=NOW + LEFT_TO_OTHERS_SECONDS) == ("run", None)
    assert take([run, turn("other", asked=1, model="flux")], idle=["sd"], now=NOW) == ("other", None)


def test_forecast_fills_the_workers_in_order():
    runs = [turn("a", expected=10.0), turn("b", expected=20.0), turn("c", expected=5.0), turn("d", expected=None), turn("e", expected=1.0)]
    assert forecast(runs, [0.0, 4.0]) == {"a": 0.0, "b": 4.0, "c": 10.0, "d": 15.0, "e": None}
    assert forecast(runs[3:], [2.0]) == {"d": 2.0, "e": None}
    assert forecast(runs[:1], []) == {"a": None}
    assert forecast(runs[:1], [None]) == {"a": None}
    assert forecast(runs[:1], [None, 9.0]) == {"a": None}, "the worker of which nothing is known may be free before"
    assert forecast(runs[:1], [None, 0.0]) == {"a": 0.0}
