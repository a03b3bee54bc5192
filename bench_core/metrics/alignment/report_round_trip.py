from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field

from bench_core.data import Score
from bench_core.features import FeatureSet
from bench_core.registry import metric
from bench_core.reports.reading import Reader, has_texts, image_f1, stated, without_sides


@metric(
    title="Report round trip",
    family="alignment",
    goal="maximize",
    bounds=(0, 1),
    paper="arXiv:1901.07031",
    min_samples=1,
    needs=("statements",),
    share_of="synthetic",
    formula=(
        r"\frac{1}{M} \sum_s \frac{2 \, |P_s \cap Q_s|}{|P_s| + |Q_s|}, \quad P_s \text{ what the prompt of } s \text{ states},\ "
        r"Q_s \text{ what is read from } s"
    ),
)
def report_round_trip(
    train: FeatureSet,
    synthetic: FeatureSet,
    *,
    penalty: Annotated[float, Field(gt=0, description="Ridge penalty, in units of a standardised feature's variance.")] = 0.1,
    min_count: Annotated[int, Field(ge=1, description="Training reports that must state a finding, and that must not.")] = 10,
) -> Score:
    """Mean F1, over images, of the findings that are read from an image and those that its prompt asked for, sides included.

    The reader learns from training images and their reports: ridge regression on features, for each finding on each side, with the
    threshold at which leave-one-out F1 is highest. It sees what the encoder sees and no more, so that the value is to be read beside its
    null: held-out real images read against their own reports. Reports are understood by the rules of the embedded grammar; where a set
    has no texts, labels take their place, without sides. A wrong side counts as one finding invented and one missed. Values by finding
    are in the table `findings`. Unlike `finding_agreement`, which ranks, this decides: it also falls where findings are drawn too
    faintly or too strongly in all images alike.

    Raises:
        NotPossible: a set has neither texts nor labels.
        TooFewImages: no finding has `min_count` training images with and without it.

    References:
        Ours; the labelling of both reports as in Irvin 2019, arXiv:1901.07031.
    """
    texts = has_texts(train) and has_texts(synthetic)
    of_train, of_synthetic = (stated(s) if texts else [without_sides(items) for items in stated(s)] for s in (train, synthetic))
    reader = train.remember(("reader", texts, penalty, min_count), lambda: Reader.fit(train, of_train, penalty, min_count))
    read, asked = reader.read(synthetic), reader.asked(of_synthetic)
    hits, both = (read * asked).sum(axis=0), read.sum(axis=0) + asked.sum(axis=0)
    table = pd.DataFrame(
        {
            "finding": [name for name, _ in reader.items], "side": [side for _, side in reader.items], "asked": asked.sum(axis=0),
            "read": read.sum(axis=0), "hits": hits, "f1": np.where(both > 0, 2 * hits / np.maximum(both, 1), np.nan),
        }
    )  # fmt: skip
    each = image_f1(read, asked)
    return Score(float(each.mean()), per_image=each, tables={"findings": table})
