"""A whole study, and what is said where something is missing."""

import numpy as np
import pandas as pd
import pytest

from bench_core.errors import InputError, SettingError
from bench_core.frames import ANSWERS
from bench_core.readers.analysis import reader_statistics
from tests.readers.studies import study


def test_a_whole_study() -> None:
    answers = study()
    repeats = answers[answers["case_id"].isin(["one1", "real1", "two1"])]
    repeats = repeats.assign(block="repeat", repeat_of=repeats["case_id"], case_id=repeats["case_id"] + "r", position=99)
    found = reader_statistics(pd.concat([answers, repeats], ignore_index=True), draws=50)
    empty = [name for name, frame in found.frames.items() if not len(frame)]
    assert empty == ["choices"] and found.notes == ()
    agreement = found.agreement.set_index(["question", "statistic", "level", "readers"])
    assert agreement.loc[("real_or_synthetic", "same_answer", "nominal", "a and the repeats"), "agreement"].item() == 1
    assert agreement.loc[("quality", "weighted_kappa", "interval", "a and the repeats"), "n"].item() == 3
    assert agreement.loc[("real_or_synthetic", "fleiss_kappa", "nominal", "all"), "n"].item() == 36
    assert "Three readers judged 36 cases" in found.methods and "9 answers" not in found.methods
    assert "18 answers to repeated cases served" in found.methods and "Obuchowski" in found.methods


def test_answers_of_the_app_need_no_further_columns() -> None:
    found = reader_statistics(ANSWERS.of(study()), draws=0)
    assert len(found.accuracy) and set(found.accuracy["modality"]) == {""}


def test_what_is_missing_is_said() -> None:
    answers = study(readers="ab")
    some = answers[~((answers["reader"] == "b") & (answers["case_id"] == "one1"))]
    found = reader_statistics(some, draws=0)
    assert "b has no rating of 1 case (one1)" in found.notes[0] and "one-shot" in found.methods and "Obuchowski" not in found.methods
    assert any("One reader" in note for note in reader_statistics(answers[answers["reader"] == "a"], draws=0).notes)
    open_study = answers.assign(truth="", generator="", finding="")
    assert any("The truth of no film is known" in note for note in reader_statistics(open_study, draws=0).notes)
    only_real = answers[answers["truth"] != "synthetic"]
    assert any("All films are real" in note for note in reader_statistics(only_real[only_real["generator"] == ""], draws=0).notes)
    perfect = answers.assign(rating=np.where(answers["truth"] == "synthetic", 5.0, np.where(answers["truth"] == "real", 1.0, 3.0)))
    assert any("no spread" in note for note in reader_statistics(perfect, draws=0).notes)


def test_a_variance_below_nothing_is_said() -> None:
    """Two modalities under which nearly all is rated alike: the unbiased estimate of so small a variance comes out below 0 here."""
    first = study(generators=("one",)).query("question == 'real_or_synthetic'")
    steps = np.random.default_rng(2).choice([-1, 0, 1], len(first), p=[0.1, 0.8, 0.1])
    second = first.assign(modality="2", rating=np.clip(first["rating"] + steps, 1, 5))
    found = reader_statistics(pd.concat([first.assign(modality="1"), second]), draws=0)
    assert np.isnan(found.differences.query("method == 'U-statistic'")["se"].item())
    assert any(note.startswith("1 less 2: the one-shot method") for note in found.notes)
    assert found.differences.query("method == 'OR DeLong'")["se"].gt(0).all()


def test_nothing_and_two_studies_are_refused() -> None:
    with pytest.raises(InputError, match="no answers"):
        reader_statistics(study().iloc[:0])
    with pytest.raises(InputError, match="2 studies: 's', 't'"):
        reader_statistics(pd.concat([study(), study().assign(study="t")]))
    with pytest.raises(SettingError, match="level 95"):
        reader_statistics(study(), level=95)
