"""Attacks on plain feature matrices that came from anywhere."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from bench_core import registry
from bench_core.data import Kind
from bench_core.engine.attacks.parts import parts_of
from bench_core.engine.attacks.trial import STEPS, trial
from bench_core.engine.progress import Tally
from bench_core.engine.scoring.matrices import read_matrix
from bench_core.errors import InputError
from bench_core.features import FeatureSet
from bench_core.frames import ATTACKS
from bench_core.membership import Knowledge
from bench_core.records import Progress
from bench_core.spec import Choice


def attack_files(
    files: Mapping[str, Path], attacks: list[Choice], seed: int, on_progress: Progress | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:  # frames.ATTACKS, scores per record
    """Attacks on (N, D) matrices in `.npy` files by role (`synthetic`, `train`, `real`, `other`), every row of another patient.

    Raises:
        InputError: a file that is no such matrix, or one that is lacking.
    """
    for role, word in (("synthetic", "released"), ("train", "training"), ("real", "held-out")):
        if role not in files:
            raise InputError(f"No {word} set was given.", f"Name a matrix (--{role} FILE.npy).")
    kinds: dict[str, Kind | str] = {role: role for role in files}
    sets = {role: FeatureSet(read_matrix(path, kinds[role]), kind=role) for role, path in files.items()}
    parts = parts_of(sets["train"], sets["real"], seed)
    known = Knowledge(released=sets["synthetic"], reference=parts.reference, other=sets.get("other"))
    tally, rows, tables = Tally(on_progress, len(attacks) * STEPS), [], []
    for choice in attacks:
        row, scores = trial(registry.find_attack(choice.id), parts, known, choice.settings, seed, lambda what: tally.add(1, what))
        rows.append({**row, "other": None, "generator": None, "scores": None})
        if scores is not None:
            own = {"attack": choice.id, "member": scores.member, "row": scores.rows, "score": scores.values}
            tables.append(pd.DataFrame(own))
    return ATTACKS.of(rows), pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=["attack", "member", "row", "score"])
