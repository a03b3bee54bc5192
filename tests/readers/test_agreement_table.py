"""Agreement of a study: who is compared with whom, on what."""

import numpy as np
import pandas as pd
from numpy.testing import assert_allclose

from bench_core.readers.agreement import cohen_kappa, krippendorff_alpha
from bench_core.readers.agreement_table import reader_agreement
from tests.readers.studies import study


def test_each_two_readers_and_all_of_them() -> None:
    answers = study()
    found = reader_agreement(answers, draws=0).set_index(["question", "statistic", "readers"])
    ratings = answers[answers["question"] == "quality"].pivot(index="reader", columns="case_id", values="rating").to_numpy()
    expected = cohen_kappa(ratings[0], ratings[2], weighted=True, draws=0).value
    assert_allclose(found.loc[("quality", "weighted_kappa", "a and c"), "agreement"], expected)
    alphas = found.loc[("quality", "krippendorff_alpha", "all")].set_index("level")["agreement"]
    assert_allclose(alphas["ordinal"], krippendorff_alpha(ratings, "ordinal", draws=0).value)
    assert ("real_or_synthetic", "cohen_kappa", "b and c") in found.index


def test_a_repeat_is_compared_with_the_first_showing_by_its_name_or_its_own() -> None:
    answers = study(readers="a")
    first = answers[(answers["question"] == "real_or_synthetic") & (answers["generator"] == "one")]
    again = first.assign(block="repeat", choice=np.where(first["choice"] == "real", "synthetic", first["choice"]))
    named = again.assign(repeat_of=again["case_id"], case_id=again["case_id"] + "-again")
    same = (again["choice"].to_numpy() == first["choice"].to_numpy()).mean()
    for repeats in (again, named):
        found = reader_agreement(pd.concat([first, repeats]), draws=0).set_index(["statistic", "level"])
        assert_allclose(found.loc[("same_answer", "nominal"), "agreement"], same)
        assert found.loc[("same_answer", "nominal"), "n"] == 12
    stranger = named.assign(repeat_of="nowhere")
    assert not len(reader_agreement(pd.concat([first, stranger]), draws=0))
