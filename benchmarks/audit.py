"""Does private training keep its promise? `python benchmarks/audit.py [--runs 200] [--canaries 1000] [--epsilons 1 2 4 8]`.

A tiny model with one weight a canary is trained by `training/private.py`, the code that trains phantom-dp: each canary is a patient of
four films whose gradients pull their own weight as far as clipping allows, which is the strongest leak that there can be. A coin decides
who is trained on. The attacker sees the final weights, guesses "in" for the highest and "out" for the lowest tenth each, fixed beforehand,
and abstains on the rest; what their hits prove is a lower bound of epsilon at 95 % (`membership/audit.py`). It must stay below what the
accountant says, in 95 of 100 runs at least.

Control: the same training with a patient's films added up instead of averaged, each clipped by itself, as training whose unit is the film
does it. The promise is then made for films and broken for patients, which the audit must notice. Needs opacus (requirements-private.txt).
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from bench_core.membership.audit import epsilon_lower_bound  # noqa: E402
from bench_core.training.private import Privacy, draw_patients, noise_for, private_gradient  # noqa: E402

RATE, STEPS, DELTA, FILMS, GUESSED = 0.5, 20, 1e-5, 4, 0.1
BETA = 0.05


def pull(weights: Any, film: tuple[Any, ...]) -> Any:
    """The loss of one film: its canary's weight, pulled up without end."""
    return -(weights["w"] * film[0]).sum()


def places(canaries: int, by_film: bool) -> tuple[np.ndarray, np.ndarray]:  # (U, F, C), (U, F)
    """Whose every unit is, and its places for films: a patient with all of their films, or each film by itself."""
    owners = np.repeat(np.arange(canaries), FILMS) if by_film else np.arange(canaries)
    return owners, np.ones((len(owners), 1 if by_film else FILMS), np.float32)


def one_run(privacy: Privacy, canaries: int, seed: int, *, by_film: bool) -> int:
    """How many of the guesses are right."""
    import torch

    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    member = rng.random(canaries) < 0.5
    owners, there = places(canaries, by_film)
    taken = np.flatnonzero(member[owners])
    weights = {"w": torch.zeros(canaries)}
    own = torch.eye(canaries)
    for drawn in draw_patients(rng, len(taken), privacy):
        rows = taken[drawn]
        films = own[owners[rows]][:, None].expand(-1, there.shape[1], -1)
        batch = ((films,), torch.from_numpy(there[rows]))
        weights["w"] = weights["w"] - private_gradient(pull, weights, batch, privacy, privacy.rate * len(taken))["w"]
    order = np.argsort(-weights["w"].numpy())
    each = int(GUESSED * canaries)
    return int(member[order[:each]].sum() + (~member[order[-each:]]).sum())


def audit(epsilon: float, runs: int, canaries: int, *, by_film: bool) -> np.ndarray:  # (runs,)
    """The lower bound of every run, and the accountant's epsilon is at most `epsilon`."""
    privacy = Privacy(RATE, STEPS, noise_for(epsilon, delta=DELTA, rate=RATE, steps=STEPS), 1.0, DELTA)
    assert privacy.epsilon() <= epsilon
    guesses = 2 * int(GUESSED * canaries)
    hits = [one_run(privacy, canaries, seed, by_film=by_film) for seed in range(runs)]
    known = {hit: epsilon_lower_bound(canaries, guesses, hit, DELTA, BETA) for hit in set(hits)}
    return np.asarray([known[hit] for hit in hits])


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--canaries", type=int, default=1000)
    parser.add_argument("--epsilons", type=float, nargs="+", default=[1.0, 2.0, 4.0, 8.0])
    asked = parser.parse_args()
    print("| accountant's epsilon | bound: median | highest | runs above | films as the unit: median | runs above |")
    print("| --- | --- | --- | --- | --- | --- |")
    for epsilon in asked.epsilons:
        kept, broken = (audit(epsilon, asked.runs, asked.canaries, by_film=by_film) for by_film in (False, True))
        above = f"{(kept > epsilon).sum()} of {asked.runs}", f"{(broken > epsilon).sum()} of {asked.runs}"
        print(f"| {epsilon:g} | {np.median(kept):.2f} | {kept.max():.2f} | {above[0]} | {np.median(broken):.2f} | {above[1]} |", flush=True)


if __name__ == "__main__":
    main()
