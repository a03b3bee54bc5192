"""Errors are data: message and hint, the closest name, and the way to another process."""

import pickle

from bench_core.errors import BenchError, CardError, TableError, UnknownName


def test_an_error_reads_as_message_and_hint() -> None:
    assert str(BenchError("It is gone.", "Make it again.")) == "It is gone. Make it again."
    assert str(BenchError("It is gone.")) == "It is gone."


def test_the_closest_name_is_offered_and_all_of_them_where_none_is_close() -> None:
    assert UnknownName("metric", "precison", ["recall", "precision"]).hint == "Did you mean 'precision'?"
    assert UnknownName("metric", "zzz", {"b": 1, "a": 2}).hint == "Known: a, b."
    assert UnknownName("metric", "zzz", []).hint == "Known: none."


def test_errors_arrive_in_another_process_as_they_were() -> None:
    for error in (
        UnknownName("set", "a", ["ab"]),
        TableError("Two.", ["row 1", "row 2"], "Mend."),
        CardError("m.toml", "title", "is missing"),
    ):
        back = pickle.loads(pickle.dumps(error))
        assert type(back) is type(error) and back.__dict__ == error.__dict__ and str(back) == str(error)
