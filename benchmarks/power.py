"""What the numbers of the embedded study can see: `python benchmarks/power.py [--encoder ID] [--repeats R] [--out FILE.md]`.

Rows are the faults that an encoder of films must see (blur of 0.8 px, noise of 5 grey levels, JPEG 30, the loss of each finding, 5 % of
copies) at n = 200, copies at n = 600 too, and those that it must bear (a shift by 2 px, 2 % of exposure); columns are metrics; a cell is
the share of generators that lie outside the range of a perfect one on the worse side. Everything is stored in the workspace
(`BENCH_HOME`), where the Power page shows it; run again, it goes on where it stopped.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import pandas as pd

from bench_core import api

REAL, TRAIN = "phantom-real", "phantom-train"
WANTED = (
    ("blur", 0.8, 200, True), ("noise", 5, 200, True), ("compression", 30, 200, True), ("lost_finding", 100, 200, True),
    ("copies", 5, 200, True), ("copies", 5, 600, True), ("shift", 2, 200, False), ("exposure", 2, 200, False),
)  # fmt: skip
"""Fault, strength, n, and whether it must be seen (else it must not)."""


def specs(encoder: str, repeats: int) -> list[api.PowerSpec]:
    """The requests: all at n = 200, as the demo asks for it, and copies at n = 600."""
    usual = api.PowerSpec(real=REAL, train=TRAIN, encoder=encoder, n=[200], repeats=repeats)
    privacy = [api.Choice(id=m.id) for m in api.metrics().values() if m.family == "privacy" and "synthetic" in m.reads]
    return [usual, usual.model_copy(update={"n": [600], "metrics": privacy, "faults": ["copies", "altered_copies"]})]


def table(counts: pd.DataFrame, metrics: Sequence[str]) -> Iterator[str]:
    """Lines of a Markdown table: the share of generators that each metric flags."""
    faults = api.faults()
    yield "| fault | n | must be | seen by | " + " | ".join(metrics) + " |"
    yield "| --- | --- | --- | --- |" + " --- |" * len(metrics)
    for name, strength, n, must in WANTED:
        for variant in faults[name].variants:
            of_fault = counts[(counts["fault"] == name) & (counts["variant"] == variant) & (counts["n"] == n)]
            mine = of_fault[of_fault["strength"] == strength]
            if mine.empty:
                continue
            shares = dict(zip(mine["metric"], mine["share"], strict=True))
            better = dict(zip(mine["metric"], mine["better"] / mine["repeats"], strict=True))
            seen = [m for m in metrics if shares.get(m, 0) >= api.sees_from()]
            cells = [cell(shares.get(m), better.get(m, 0.0)) for m in metrics]
            words = faults[name].words(strength, variant)
            yield f"| {words} | {n} | {'seen' if must else 'borne'} | {len(seen)} | " + " | ".join(cells) + " |"


def cell(share: float | None, better: float) -> str:
    """`.92`, `–` where it was not tried; an arrow where the fault is called better."""
    if share is None or share != share:
        return "–"
    return f"{share:.2f}" + (" ↑" if better >= api.sees_from() else "")


def main(encoder: str, repeats: int, out: Path | None) -> None:
    """Carries out what is lacking and prints the table."""
    for spec in specs(encoder, repeats):
        expected = api.expected_power(spec)
        print(f"n = {spec.n[0]}: about {round((expected or 0) / 60)} min", file=sys.stderr, flush=True)
        run = api.wait(api.submit(spec))
        if run.status != "done":
            sys.exit(f"{run.error} {run.hint}")
    counts = api.power(api.Reference(REAL, TRAIN, encoder))
    metrics = [m for m in api.metrics() if m in set(counts["metric"])]
    patients = " and ".join(f"{count} patients at n = {n}" for n, count in counts.groupby("n")["against"].max().items())
    head = [
        f"# What the numbers of the embedded study can see in {encoder}", "",
        f"Made by `python benchmarks/power.py --encoder {encoder} --repeats {repeats}`: the share of {repeats} spoiled generators outside",
        f"the range of a perfect one, on the worse side (↑: most lie outside on the better side), read against {patients}.", "",
    ]  # fmt: skip
    text = "\n".join([*head, *table(counts, metrics)]) + "\n"
    print(text)
    if out:
        out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--encoder", default="phantom-eye")
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--out", type=Path, metavar="FILE.md")
    given = parser.parse_args()
    main(given.encoder, given.repeats, given.out)
