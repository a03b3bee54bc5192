"""Differentially private gradient descent whose unit is the patient: what one patient's films can change is bounded, whatever their number.

Abadi et al. bound one example's gradient; a patient with four films then counts four times. Here the losses of a patient's films are
averaged first, so that a patient has one gradient, which is clipped once. Patients are drawn independently (Poisson sampling), as the
accountant assumes. Opacus clips by example and has no such unit; its accountant is used as it is.

References:
    Abadi et al., arXiv:1607.00133. Mironov, Talwar & Zhang, arXiv:1908.10530 (Renyi divergence of the sampled Gaussian). Yousefpour et
    al., arXiv:2109.12298 (Opacus).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench_core.errors import InputError, MissingPackage

Loss = Callable[[Mapping[str, Any], tuple[Any, ...]], Any]
"""`loss(parameters by name, one film's tensors)`: a number."""


@dataclass(frozen=True)
class Privacy:
    """How a run is made private.

    Attributes:
        rate: chance of each patient to be in a step.
        steps: how many steps there are.
        noise: standard deviation of the noise in units of `bound`; 0 trains without privacy.
        bound: the longest gradient that a patient may have.
        delta: chance with which the bound on epsilon may fail.
    """

    rate: float
    steps: int
    noise: float
    bound: float
    delta: float

    def epsilon(self) -> float:
        """What Opacus' accountant says of all steps; infinite without noise.

        Raises:
            MissingPackage: Opacus is not installed.
        """
        if self.noise == 0:
            return float("inf")
        accountant = _accountants().RDPAccountant()
        accountant.history = [(self.noise, self.rate, self.steps)]
        return float(accountant.get_epsilon(self.delta))


def check_delta(delta: float, patients: int) -> None:
    """Refuses a delta at which giving one patient away whole would count as private.

    Raises:
        InputError: it is not below 1 / patients.
    """
    if not 0 < delta < 1 / patients:
        raise InputError(f"delta = {delta:g} with {patients:,} patients.", f"It must be below 1 / patients = {1 / patients:.2g}.")


def noise_for(epsilon: float, *, delta: float, rate: float, steps: int) -> float:
    """The least noise with which so many steps stay within epsilon.

    Raises:
        MissingPackage: Opacus is not installed.
    """
    _accountants()
    from opacus.accountants.utils import get_noise_multiplier

    found = get_noise_multiplier(target_epsilon=epsilon, target_delta=delta, sample_rate=rate, steps=steps, accountant="rdp")
    return float(found)


def _accountants() -> Any:
    try:
        import opacus.accountants
    except ImportError as error:
        raise MissingPackage("Private training needs the package opacus.", "pip install -r requirements-private.txt") from error
    return opacus.accountants


def patient_gradients(loss: Loss, parameters: Mapping[str, Any], films: tuple[Any, ...], there: Any) -> dict[str, Any]:
    """One gradient a patient, of the mean loss over the films that they have.

    Args:
        films: tensors (P, F, ...), the films of P patients in F places.
        there: (P, F), 1 where a place holds a film; a patient has at least one.

    Returns:
        By parameter (P, ...).
    """
    from torch.func import grad, vmap

    def of_patient(weights: Mapping[str, Any], mine: tuple[Any, ...], present: Any) -> Any:
        each = vmap(loss, in_dims=(None, 0))(weights, mine)
        return (each * present).sum() / present.sum()

    found: dict[str, Any] = vmap(grad(of_patient), in_dims=(None, 0, 0))(dict(parameters), films, there)
    return found


def clipped_sum(gradients: Mapping[str, Any], bound: float) -> dict[str, Any]:
    """The sum over patients of gradients (P, ...) none of which is longer than `bound`, over all parameters together."""
    import torch

    flat = {name: value.reshape(len(value), -1) for name, value in gradients.items()}
    length = torch.sqrt(torch.stack([value.pow(2).sum(1) for value in flat.values()]).sum(0))
    factor = (bound / length.clamp_min(1e-12)).clamp_max(1.0)
    return {name: torch.einsum("p,p...->...", factor, value) for name, value in gradients.items()}


def draw_patients(rng: np.random.Generator, patients: int, privacy: Privacy) -> Iterator[np.ndarray]:
    """The patients of every step, each drawn by itself: a step may have few of them, or none."""
    for _ in range(privacy.steps):
        yield np.flatnonzero(rng.random(patients) < privacy.rate)


def private_gradient(loss: Loss, parameters: Mapping[str, Any], batch: tuple[tuple[Any, ...], Any], privacy: Privacy, size: float) -> Any:
    """The noisy mean gradient of one step, by parameter.

    Args:
        batch: films and places, as `patient_gradients` takes them; of no patient at all it is noise alone.
        size: expected number of patients in a step, by which the sum is divided: the number that came is private, too.
    """
    import torch

    films, there = batch
    if len(there):
        total = clipped_sum(patient_gradients(loss, parameters, films, there), privacy.bound)
    else:
        total = {name: torch.zeros_like(value) for name, value in parameters.items()}
    scale = privacy.noise * privacy.bound
    return {name: (value + scale * torch.randn_like(value)) / size for name, value in total.items()}
