"""What synthetic images gain a probe: perfect ones help where real ones are few, wrong labels harm, copies of what is known add nothing."""

import numpy as np
import pandas as pd
import pytest

from bench_core.errors import TooFewImages
from bench_core.features import FeatureSet
from bench_core.metrics.utility.augmentation_gain import augmentation_gain
from bench_core.metrics.utility.low_data_gain import low_data_gain
from bench_core.metrics.utility.trtr_auroc import trtr_auroc
from tests.metrics.conftest import Make


def test_good_labels_help_few_images_more_than_many_and_wrong_ones_harm(make: Make) -> None:
    people = [f"p{i // 2}" for i in range(400)]
    train, real, good = make(400, 0, 16, labelled=True, subjects=people), make(300, 1, 16, labelled=True), make(200, 2, 16, labelled=True)
    assert good.labels is not None
    bad = FeatureSet(good.values, labels=good.labels.sample(frac=1, random_state=0).reset_index(drop=True))
    few, many = low_data_gain(train, real, good), augmentation_gain(train, real, good)
    assert few.value > 0.05 > many.value > 0 and low_data_gain(train, real, bad).value < 0
    assert few.value == pytest.approx(few.tables["findings"]["gain"].mean())
    assert low_data_gain(train, real, good, share=0.5).value < few.value
    with pytest.raises(TooFewImages, match="500 positives"):
        low_data_gain(train, real, good, min_count=500)


def test_gains_are_differences_and_a_second_copy_of_the_training_images_is_none(make: Make) -> None:
    train, real = make(300, 0, 16, labelled=True), make(200, 1, 16, labelled=True)
    copies = FeatureSet(train.values, labels=train.labels)
    assert augmentation_gain(train, real, copies).value == pytest.approx(0, abs=1e-9)
    more = make(300, 5, 16, labelled=True)
    both = FeatureSet(np.concatenate([train.values, more.values]), labels=pd.concat([train.labels, more.labels]))
    assert augmentation_gain(train, real, more).value == pytest.approx(trtr_auroc(both, real).value - trtr_auroc(train, real).value)
