"""Many small target models on random halves of the patients, and what each of them says of every record."""

from collections.abc import Callable

import numpy as np

from bench_core.errors import TooFewImages
from bench_core.features import FeatureSet
from bench_core.membership.likelihood import known_findings, loss, phi, probability
from bench_core.membership.patient_risk import FEWEST, Answers
from bench_core.membership.probes import halves, play

OnTarget = Callable[[int], None]


def check_game(records: FeatureSet, targets: int) -> None:
    """Says that there are too few patients or targets for a risk by patient.

    Raises:
        TooFewImages: fewer than 20 patients, or than FEWEST targets.
    """
    patients = len(np.unique(records.units))
    if patients < 20:
        raise TooFewImages(f"Risk by patient needs 20 patients; there are {patients}.", "Halves of fewer tell nothing.")
    if targets < FEWEST:
        raise TooFewImages(f"Risk by patient needs {FEWEST} target models or more; {targets} were asked for.", "64 tell most.")


def probe_answers(
    records: FeatureSet,
    targets: int,
    *,
    reference: FeatureSet | None = None,
    penalty: float = 1e-3,
    passes: int = 30,
    seed: int = 0,
    on_target: OnTarget | None = None,
) -> Answers:
    """Targets are classifiers of the findings: logistic probes on the features (see `probes.play`).

    Args:
        reference: records of other patients, the population of RMIA.

    Raises:
        TooFewImages: too few patients or targets, or no finding to learn.
    """
    check_game(records, targets)
    game = play(records, targets, penalty=penalty, passes=passes, seed=seed, on_probe=on_target)
    answers, lost, sure = (np.stack([ask(probe, records) for probe in game.probes]) for ask in (phi, loss, probability))
    population = None if reference is None else np.stack([probability(probe, reference) for probe in game.probes])
    counts = [None if one is None else known_findings(game.probes[0], one) for one in (records, reference)]
    return Answers(game.member, answers, lost, sure, records.units, population, *counts)


def mixture_answers(
    records: FeatureSet,
    targets: int,
    *,
    components: int = 50,
    axes: int = 32,
    seed: int = 0,
    on_target: OnTarget | None = None,
) -> Answers:
    """Targets are small generators: Gaussian mixtures of the main axes of the features, each of which releases as many rows as it learned.

    Its answer is minus the distance to the nearest released row, which is all that one sees of a generator whose images are given away.

    Raises:
        TooFewImages: too few patients or targets, or fewer records than components.
    """
    from sklearn.mixture import GaussianMixture

    check_game(records, targets)
    member = halves(records.units, targets, seed)
    smallest = int(member.sum(axis=1).min())
    if smallest < 2 * components:
        raise TooFewImages(f"A mixture of {components} needs {2 * components} records; half of the set has {smallest}.", "Ask for fewer.")
    centred = (records.values - records.values.mean(axis=0)).astype(np.float64)
    values, vectors = np.linalg.eigh(centred.T @ centred / len(centred))
    kept = vectors[:, np.argsort(-values)[:axes]]
    x, answers = centred @ kept, np.empty(member.shape)
    for k, mine in enumerate(member):
        mixture = GaussianMixture(
            components, covariance_type="diag", reg_covar=1e-4 * float(values.max()), random_state=seed + k, max_iter=50
        )
        released = mixture.fit(x[mine]).sample(int(mine.sum()))[0]
        answers[k] = -np.sqrt(_nearest(x, released))
        if on_target:
            on_target(k + 1)
    return Answers(member, answers, -answers, np.exp(answers / -np.median(answers)), records.units)


def _nearest(x: np.ndarray, y: np.ndarray) -> np.ndarray:  # (N, D), (M, D) -> (N,)
    """Squared distance to the nearest row of y."""
    own, theirs, step = (x**2).sum(axis=1), (y**2).sum(axis=1), max(1, 8_000_000 // len(y))
    parts = [(theirs - 2 * x[s : s + step] @ y.T).min(axis=1) for s in range(0, len(x), step)]
    return np.asarray(np.maximum(own + np.concatenate(parts), 0))
