"""Writes likelihood_attacks.json: what the authors' codes of LiRA and RMIA give for the inputs below, which the tests make again.

Their codes are no requirement of the tests and are not kept here. With checkouts of tensorflow/privacy (03035d5) and
privacytrustlab/ml_privacy_meter (e384af8):
`python -m tests.reference.likelihood_attacks PRIVACY/research/mi_lira_2021/plot.py ML_PRIVACY_METER/attacks.py`.
"""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import numpy as np

FILE = Path(__file__).with_suffix(".json")
MODELS, RECORDS, POPULATION = 9, 12, 10


def answers() -> np.ndarray:  # (MODELS, RECORDS)
    """phi by formula: each record's own level, a model's chance, and more where the model learned from the record."""
    model, record = np.mgrid[:MODELS, :RECORDS]
    return np.round(np.sin(record * 1.7) + 0.3 * np.sin(37.0 * model * record + model) + 0.8 * member(), 6)


def member() -> np.ndarray:  # (MODELS, RECORDS) bool; the last model is the target, each record is in four of the other eight
    """Who was trained on."""
    model, record = np.mgrid[:MODELS, :RECORDS]
    return np.asarray((model + record) % 2 == 0)


def probabilities() -> np.ndarray:  # (MODELS, RECORDS)
    """Probabilities of the true label."""
    return np.asarray(1 / (1 + np.exp(-answers())))


def population() -> np.ndarray:  # (MODELS, POPULATION)
    """The same of records that none learned from; all but the target answer alike, as RMIA's code keeps only the highest answers."""
    model, record = np.mgrid[:MODELS, :POPULATION]
    return np.asarray(1 / (1 + np.exp(-np.round(np.cos(record * 2.3) + 0.3 * (model == MODELS - 1) * np.sin(11.0 * record), 6))))


def load(path: str) -> ModuleType:
    """A file of theirs as a module; what it draws with, and its formulas do not use, need not be there."""
    drawing = ModuleType("matplotlib")
    drawing.rcParams = {}  # type: ignore[attr-defined]
    for name, module in (("matplotlib", drawing), ("matplotlib.pyplot", ModuleType("matplotlib.pyplot"))):
        sys.modules.setdefault(name, module)
    spec = importlib.util.spec_from_file_location("theirs", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> None:
    """Asks the two codes."""
    lira, rmia = load(sys.argv[1]), load(sys.argv[2])
    keep, scores = member(), answers()[:, :, None]
    target = slice(MODELS - 1, MODELS)
    found: dict[str, object] = {}
    for name, fixed in (("record", False), ("global", True)):
        theirs, _ = lira.generate_ours(keep[:-1], scores[:-1], keep[target], scores[target], fix_variance=fixed)
        found[f"lira_online_{name}"] = (-np.array(theirs)).tolist()
    signals, crowd = probabilities().T, population().T
    score = rmia.run_rmia(MODELS - 1, signals, crowd, member().T, (MODELS - 1) // 2, 0.33)
    found["rmia_offline_gamma_1"] = np.asarray(score).tolist()
    FILE.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
