"""How long the risk of each patient takes: 64 target probes on 5,000 records of 768 numbers, 14 findings, with the null.

`python benchmarks/patient_risk.py [--records 5000 --width 768 --targets 64 --seconds 60]` prints seconds by step; with `--seconds` it ends
with an error where it took longer.
"""

import argparse
import time

import numpy as np
import pandas as pd

from bench_core.data import FINDINGS
from bench_core.features import FeatureSet
from bench_core.membership.games import probe_answers
from bench_core.membership.patient_risk import patient_risk


def made_records(n: int, width: int, seed: int = 0) -> FeatureSet:
    """Records of patients with two each, whose labels follow from their features but for chance."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n, width)).astype(np.float32)
    odds = values @ rng.normal(size=(width, len(FINDINGS))) / np.sqrt(width) * 2 - 1
    labels = (rng.random(odds.shape) < 1 / (1 + np.exp(-odds))).astype(int)
    subjects = [f"p{i // 2}" for i in range(n)]
    return FeatureSet(values, kind="train", subjects=subjects, labels=pd.DataFrame(labels, columns=list(FINDINGS)))


def main() -> None:
    """Times it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=5000)
    parser.add_argument("--width", type=int, default=768)
    parser.add_argument("--targets", type=int, default=64)
    parser.add_argument("--seconds", type=float)
    asked = parser.parse_args()
    records = made_records(asked.records, asked.width)
    begun, used = time.perf_counter(), time.process_time()
    answers = probe_answers(records, asked.targets)
    middle = time.perf_counter()
    found = patient_risk(answers)
    took = time.perf_counter() - begun
    print(found.shares.to_string(index=False))
    print(f"{asked.targets} probes on {asked.records} x {asked.width}: {middle - begun:.1f} s, risk: {took - middle + begun:.1f} s")
    print(f"together {took:.1f} s, {time.process_time() - used:.1f} s of processor time")
    if asked.seconds and took > asked.seconds:
        raise SystemExit(f"It took {took:.1f} s, more than {asked.seconds:g}.")


if __name__ == "__main__":
    main()
