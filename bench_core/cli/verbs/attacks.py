"""The verb that asks who was in the training set."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from bench_core import api
from bench_core.cli.output import Bar, print_table, write_json
from bench_core.cli.verbs.extraction import extract
from bench_core.cli.verbs.models import pairs
from bench_core.cli.verbs.queue import _finish
from bench_core.errors import BenchError, InputError

SHOWN = ["attack", "auc", "auc_low", "auc_high", "verdict", "message"]
FIELDS = [
    "attack", "auc", "auc_low", "auc_high", "tpr_at", "controls", "verdict", "message", "target", "p_value", "set_attack", "n_members",
    "n_others", "n_reference", "n_released", "patients_members", "patients_others", "settings", "seed", "seconds",
]  # fmt: skip
MATRICES = (".npy", ".npz")


def attack_verb(options: argparse.Namespace) -> None:
    if options.kind == "extraction":
        return extract(options)
    names = None if options.kind == "all" else [part.strip() for part in options.kind.split(",") if part.strip()]
    choices = api.attack_choices(names, pairs(options.set))
    matrices = bool(options.synthetic and options.synthetic.endswith(MATRICES))
    if not matrices and not options.encoder:
        raise InputError("--encoder is missing.", "Name one (python -m bench_core list encoders), or give .npy matrices of features.")
    frame, patients = _of_files(options, choices) if matrices else _of_sets(options, choices)
    if names is not None:
        frame = frame[frame["attack"].isin(names)]
    rows = frame[FIELDS].to_dict("records")
    if options.json != "-":
        print_table(rows, SHOWN)
    write_json(options.json, {"attacks": rows})
    if options.per_patient:
        _save(options.per_patient, patients)
    without = [row for row in rows if names is not None and row["verdict"] == "not possible"]
    if without:
        raise BenchError(without[0]["message"])
    return None


def _of_files(options: argparse.Namespace, choices: list[api.Choice] | None) -> tuple[Any, Any]:
    files = {role: Path(name) for role in ("synthetic", "train", "real", "other") if (name := getattr(options, role))}
    with Bar() as bar:
        return api.attack_files(files, choices, options.seed, bar)


def _of_sets(options: argparse.Namespace, choices: list[api.Choice] | None) -> tuple[Any, Any]:
    import pandas as pd

    spec = api.AttackSpec(
        synthetic=options.synthetic, train=options.train, real=options.real, encoder=options.encoder, attacks=choices, other=options.other,
        generator=options.generator, seed=options.seed,
    )  # fmt: skip
    asked = _finish(api.submit(spec)).spec
    assert isinstance(asked, api.AttackSpec) and asked.real is not None and asked.attacks is not None
    reference = api.Reference(asked.real, asked.train, asked.encoder)
    frame = api.attacks(reference, asked.synthetic)
    frame = frame[frame["attack"].isin([choice.id for choice in asked.attacks])]
    tables = [
        api.attacked_patients(reference, row["scores"]).assign(attack=row["attack"]) for row in frame.to_dict("records") if row["scores"]
    ]
    return frame, pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=["attack", "patient", "member", "score"])


def _save(path: str, frame: Any) -> None:
    try:
        frame.to_parquet(path, index=False)
    except OSError as error:
        raise InputError(f"{path!r} cannot be written: {error}.") from None
