"""Likert ratings by source, and sources in pairs."""

import numpy as np
from numpy.testing import assert_allclose

from bench_core.readers.ratings import reader_ratings, reader_wilcoxon, sources_of
from bench_core.readers.signed_ranks import signed_ranks
from tests.readers.studies import study


def test_summaries_by_source_and_reader() -> None:
    answers = study()
    found = reader_ratings(answers).set_index(["source", "reader"])
    own = answers[(answers["question"] == "quality") & (answers["generator"] == "one")]
    ann = own.loc[own["reader"] == "a", "rating"]
    row = found.loc["one", "a"]
    assert_allclose(row[["n", "mean", "median"]].astype(float).to_list(), [12, ann.mean(), ann.median()])
    assert_allclose(row["above"], (ann > 3).mean())
    assert set(found.index.get_level_values("source")) == {"one", "two", "real"}
    everyone = found.loc["one", "all"]
    assert everyone["n"] == 36 and everyone["above_low"] < everyone["above"] < everyone["above_high"]


def test_pairs_are_readers_where_no_prompt_is_known() -> None:
    answers = study(readers="abcdef")
    found = reader_wilcoxon(answers).set_index(["first", "second"])
    own = answers[answers["question"] == "quality"]
    means = own.assign(source=sources_of(own)).groupby(["reader", "source"])["rating"].mean().unstack()
    row = found.loc["one", "two"]
    assert row["pairs_of"] == "readers" and row["n"] == 6
    assert_allclose(row["p_value"], signed_ranks((means["one"] - means["two"]).to_numpy()).p_value)
    assert (found["p_holm"] >= found["p_value"]).all() and len(found) == 3


def test_films_of_one_prompt_are_pairs() -> None:
    answers = study()
    answers = answers[answers["generator"] != ""]
    named = answers.assign(prompt=answers["case_id"].str.removeprefix("one").str.removeprefix("two"))
    row = reader_wilcoxon(named).iloc[0]
    assert (row["pairs_of"], row["n"]) == ("prompts", 12)
    by = named[named["question"] == "quality"].pivot_table(index="prompt", columns="generator", values="rating")
    assert_allclose(row["p_value"], signed_ranks((by["one"] - by["two"]).to_numpy()).p_value)


def test_what_the_prompt_does_not_say_is_counted_and_not_rated() -> None:
    answers = study(readers="a")
    shows = answers[answers["question"] == "quality"].assign(question="shows_prompt", part="side")
    silent = shows["case_id"] == "one0"
    shows = shows.assign(rating=np.where(silent, np.nan, shows["rating"]), choice=np.where(silent, "not said", ""))
    row = reader_ratings(shows).set_index(["source", "reader"]).loc["one", "a"]
    assert (row["n"], row["not_said"], row["part"]) == (11, 1, "side")
