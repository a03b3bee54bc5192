"""Scale and weight of CLiD come from the shadow model alone."""

import numpy as np

from bench_core.attacks.clid import clid, gain_and_likelihood
from bench_core.attacks.clid_tuned import clid_tuned, combined, fitted
from tests.contract.asked_models import diffusion_case


def test_the_weight_goes_to_what_tells_members_apart() -> None:
    rng = np.random.default_rng(0)
    member = np.arange(200) < 100
    noise, telling = rng.normal(size=200) * 1000, rng.normal(size=200) + 5 * member
    assert fitted(np.stack([telling, noise]), member)[2] > 0.7
    assert fitted(np.stack([noise, telling]), member)[2] < 0.3


def test_both_terms_count_in_units_of_their_own_quartiles() -> None:
    values = np.stack([np.arange(101.0), 50 - 3 * np.arange(101.0)])
    middle, spread, _ = fitted(values, np.arange(101) > 50)
    assert middle.tolist() == [50, -100] and spread.tolist() == [50, 150]
    np.testing.assert_allclose(combined(values, middle, spread, 0.5), 0, atol=1e-12)


def test_the_attacked_model_has_no_part_in_the_fit() -> None:
    """Scores of some records are the same whatever else is asked about."""
    members, others, model, shadows = diffusion_case(0, True)
    alone, few = clid_tuned(members, model, shadows), members.take(np.arange(5))
    np.testing.assert_allclose(clid_tuned(few, model, shadows), alone[:5], rtol=1e-6)
    np.testing.assert_allclose(clid(few, model), clid(members, model)[:5], rtol=1e-6)


def test_fifteen_queries_a_record() -> None:
    members, _, model, _ = diffusion_case(0, True)
    gained, likelihood = gain_and_likelihood(members, model, 0.4, 3, 0)
    assert model.asked == 15 and gained.shape == (4, 150) and np.all(likelihood <= 0)
    assert np.median(gained[-1]) > 0  # told nothing, the model that knows its members' reports loses most
