"""Who was in the training set: attacks on released images or on a model, and what they found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench_core.api.workspace import open_workspace
from bench_core.records import Progress, Reference
from bench_core.registry import Attack
from bench_core.spec import AttackSpec, Choice

if TYPE_CHECKING:
    import pandas as pd


def attack_plugins() -> Mapping[str, Attack]:
    """All attacks by id, by what they attack."""
    from bench_core import registry

    return registry.attacks()


def attack_choices(ids: Sequence[str] | None, settings: Mapping[str, Any]) -> list[Choice] | None:
    """Attacks with settings that are named as `attack.setting`; None: all that can run.

    Raises:
        UnknownName: there is no such attack.
        InputError: a setting of an attack that was not chosen.
    """
    from bench_core import registry
    from bench_core.errors import InputError

    names = list(registry.attacks()) if ids is None else [registry.find_attack(name).id for name in ids]
    given: dict[str, dict[str, Any]] = {name: {} for name in names}
    for name, value in settings.items():
        attack, _, setting = name.partition(".")
        if attack not in given:
            raise InputError(f"Setting {name!r} is of no attack that was chosen.", "Such as domias.dimensions=4.")
        given[attack][setting] = value
    if ids is None and not settings:
        return None
    light = [n for n in names if not registry.attacks()[n].heavy and registry.attacks()[n].target == "released images"]
    return [Choice(id=n, settings=given[n]) for n in (light if ids is None else names)]


def attacks(reference: Reference, synthetic: str | None) -> pd.DataFrame:
    """`frames.ATTACKS`: what each attack found of a set, with its controls; submit an `AttackSpec` for more."""
    from bench_core.engine.answers.attacks import attacks

    return attacks(open_workspace(), reference, synthetic)


def attack_roc(scores: str) -> pd.DataFrame:
    """`frames.ATTACK_ROC` of the column `scores` of a row of `attacks`."""
    from bench_core.engine.answers.attacks import attack_roc

    return attack_roc(open_workspace(), scores)


def attacked_patients(reference: Reference, scores: str) -> pd.DataFrame:
    """`frames.ATTACKED_PATIENTS` of the column `scores` of a row of `attacks`: who stands out, the highest score first."""
    from bench_core.engine.answers.attacks import attacked_patients

    return attacked_patients(open_workspace(), reference, scores)


def expected_attacks(spec: AttackSpec) -> float | None:
    """Seconds that an equal run took here; None where there was none.

    Raises:
        InputError: a set that is lacking, or given twice; one patient only; a patient on both sides.
        UnknownName: a set, an encoder, an attack or a generator that is not there.
    """
    from bench_core.engine.runs.attack import check

    return check(open_workspace(), spec).expected


def attack_files(
    files: Mapping[str, Path], attacks: Sequence[Choice] | None, seed: int = 0, on_progress: Progress | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Attacks on plain (N, D) matrices in `.npy` files by role (`synthetic`, `train`, `real`, `other`), in this process.

    Returns `frames.ATTACKS` and a score per record.

    Raises:
        InputError: a file that is no such matrix, or one that is lacking.
    """
    from bench_core.engine.attacks.matrices import attack_files
    from bench_core.engine.runs.attack import chosen

    spec = AttackSpec(synthetic="", encoder="features", attacks=None if attacks is None else list(attacks))
    return attack_files(files, chosen(spec), seed, on_progress)
