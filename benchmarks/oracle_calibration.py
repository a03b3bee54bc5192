"""Does a perfect generator score inside its null range, and a worse one outside? Counts it for each metric over many draws.

    python benchmarks/oracle_calibration.py --source worlds --seeds 60
    python benchmarks/oracle_calibration.py --source phantom --seeds 10

`worlds`: everything is drawn anew each time, in the made-up worlds of `worlds.py`: few prompts with many seeds, patients with several
studies, heavy tails, prompts of one finding. `phantom`: committed features of the simulated cohort. Held-out patients who are not in `real`
play prompts, and their films the images of a prompt (`PATIENTS`); not those that the encoder was trained on, whose reports fit their films
too well. Beside them come fresh patients that the simulator draws for held-out reports (`REPORTS`, `--rendered`, kept in `--films`).
`train` and `real` stay. Writes a Markdown table to docs/; exit code 1 when a metric is outside too often.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import binom

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from bench_core import registry  # noqa: E402
from bench_core.data import FINDINGS, ImageSet, Result  # noqa: E402
from bench_core.engine.scoring import uncertainty  # noqa: E402
from bench_core.engine.scoring.resamples import FEWEST_UNITS  # noqa: E402
from bench_core.engine.scoring.score_sets import score_sets  # noqa: E402
from bench_core.features import FeatureSet  # noqa: E402
from bench_core.spec import Choice, Scoring  # noqa: E402
from benchmarks.worlds import PERFECT, WORSE  # noqa: E402

LEAST_LIKELY = 0.001
"""A metric is outside too often where chance makes one that is outside 1 in 20 times do so this seldom."""
PATIENTS = ((1, 4), (5, 4), (10, 4), (40, 4), (100, 2), (200, 1))
REPORTS = ((10, 15), (50, 4))
"""Patients, or reports, of the cohort, and films of each."""
SLOW = ("likelihood_divergence", "frechet_distance_infinity")
"""They fit models or many subsets, and are counted with `--metrics` alone."""
Draw = Callable[[int, int, int], FeatureSet]
"""A synthetic set from a seed, a number of prompts and one of films of each."""


def findings(table: pd.DataFrame) -> pd.DataFrame:
    """The columns of a table that are findings."""
    return table[[f for f in FINDINGS if f in table]].astype(float).reset_index(drop=True)


def free_films(table: pd.DataFrame, taken: int, rng: np.random.Generator, prompts: int, each: int) -> np.ndarray:  # (prompts * each,)
    """Rows of so many films each of so many patients who have no film among the first `taken`."""
    free = table[~table["subject_id"].isin(table["subject_id"][:taken])]
    films = free.groupby("subject_id").size()
    chosen = rng.choice(films.index[films >= each], prompts, replace=False)
    return np.asarray(free[free["subject_id"].isin(chosen)].groupby("subject_id").head(each).index)


def phantom(args: argparse.Namespace) -> tuple[FeatureSet, FeatureSet, Draw, Draw]:
    """train and real from the committed features of the simulated cohort; synthetic sets of its patients, and from the simulator."""
    from bench_core import encoders, phantom
    from bench_core.cards import encoder_cards

    stored, texts = encoders.stored_features(args.encoder), encoders.stored_text_features(args.encoder)
    if stored is None or texts is None:
        sys.exit(f"There are no committed features of {args.encoder!r} that fit its weights; train it first.")
    encoder = encoders.open_encoder(encoder_cards()[args.encoder])
    cohorts = (("train", phantom.TRAIN_SEED, phantom.TRAIN_FILMS), ("real", phantom.REAL_SEED, phantom.REAL_FILMS))
    tables = {role: phantom.cohort_table(seed, films=films).set_index("image_id") for role, seed, films in cohorts}

    def cohort(role: str, size: int) -> FeatureSet:
        ids, values = stored[role]
        table = tables[role].loc[ids[:size]]
        images = kept(role, table.index.tolist(), lambda image_id: phantom.render(image_id).image)
        return FeatureSet(
            values[:size], text=texts[role][1][:size], kind=role, encoder=args.encoder, subjects=table["subject_id"].astype(str),
            labels=findings(table), images=images, logits=False,
        )  # fmt: skip

    def kept(name: str, image_ids: list[str], render: Callable[[str], np.ndarray]) -> ImageSet:
        """Films in a folder of that name, rendered when they are first read."""
        table = pd.DataFrame({"image_id": image_ids, "path": [f"{i}.png" for i in image_ids]})
        return ImageSet(name, name, "synthetic", args.films / name, table, render)

    def patients(seed: int, prompts: int, each: int) -> FeatureSet:
        table = tables["real"].loc[stored["real"][0]].reset_index()
        rows = free_films(table, args.real, np.random.default_rng(seed), prompts, each)
        return FeatureSet(
            stored["real"][1][rows], text=texts["real"][1][rows], kind="synthetic", encoder=args.encoder,
            labels=findings(table.loc[rows]), prompts=table["subject_id"][rows].astype(str).to_numpy(), logits=False,
        )  # fmt: skip

    def reports(seed: int, prompts: int, each: int) -> FeatureSet:
        rng = np.random.default_rng(seed)
        rows = np.repeat(rng.choice(len(tables["real"]), prompts, replace=False), each)
        table = tables["real"].iloc[rows]
        labels = findings(table)
        asked = list(zip(table["prompt"], labels.to_dict("records"), strict=True))

        def film(number: str) -> np.ndarray:
            text, row = asked[int(number)]
            wanted = {name: int(value) for name, value in row.items() if value in (0, 1)}
            return phantom.render_prompt(text, 1_000_000 * (seed + 1) + int(number), wanted or None).image

        images = kept(f"{prompts}x{each}-{seed}", [str(i) for i in range(len(asked))], film)
        films = [images.read(i) for i in range(len(asked))]
        values = np.concatenate([encoder.encode(films[i : i + 50]) for i in range(0, len(films), 50)])
        text = encoder.encode_text(table["prompt"].tolist())
        return FeatureSet(
            values, text=text, kind="synthetic", encoder=args.encoder, labels=labels, prompts=table["prompt"].to_numpy(), images=images,
            logits=False,
        )  # fmt: skip

    return cohort("train", args.train), cohort("real", args.real), patients, reports


def counted(sets: Iterable[Mapping[str, FeatureSet]], metrics: Sequence[str], nulls: dict[str, object] | bool) -> dict[str, list[Result]]:
    """The results of each metric over some draws; intervals are not looked at."""
    chosen = Scoring(metrics=[Choice(id=m, optional=True) for m in metrics])
    found: dict[str, list[Result]] = {m: [] for m in metrics}
    for number, drawn in enumerate(sets):
        for result in score_sets(drawn, chosen.model_copy(update={"seed": 0 if nulls is not True else number}), nulls=nulls)[0]:
            found[result.metric].append(result)
    return found


def outside(results: Sequence[Result]) -> tuple[int, int]:
    """How many lie outside their range, of how many that have one."""
    ranged = [r for r in results if None not in (r.matched, r.null_low, r.null_high)]
    return sum(not r.null_low <= r.matched <= r.null_high for r in ranged), len(ranged)  # type: ignore[operator]


def cell(results: Sequence[Result], perfect: bool) -> str:
    """The share outside; in bold where it is too large for a perfect generator. A dash: no null in any draw."""
    out, of = outside(results)
    if not of:
        return "–"
    some = f" of {of}" if of < len(results) else ""
    share = f"{out / of:.0%}{some}"
    return f"**{share}**" if perfect and binom.sf(out - 1, of, 0.05) < LEAST_LIKELY else share


def table(runs: Mapping[str, Mapping[str, Sequence[Result]]], perfect: bool = True) -> pd.DataFrame:
    """One row a metric, one column a world."""
    metrics = list(next(iter(runs.values())))
    return pd.DataFrame([{"metric": m, **{world: cell(found[m], perfect) for world, found in runs.items()}} for m in metrics])


def reasons(runs: Mapping[str, Mapping[str, Sequence[Result]]]) -> str:
    """Of each world with few nulls, what its rows say."""
    lines = []
    for world, found in runs.items():
        said = next((r.message for results in found.values() for r in results if "No null" in r.message), "")
        if said and sum(bool(outside(results)[1]) for results in found.values()) < len(found) / 2:
            lines.append(f"- {world}: “{said[said.index('No null') :]}”")
    return "\n".join(lines)


def told(what: str, start: float, found: Mapping[str, Sequence[Result]]) -> None:
    """Says how far the counting is."""
    most = sorted(found, key=lambda m: -outside(found[m])[0] / max(1, outside(found[m])[1]))[:4]
    seen = ", ".join(f"{m} {cell(found[m], True)}" for m in most)
    print(f"{what}: {time.perf_counter() - start:.0f} s; most outside: {seen}", file=sys.stderr, flush=True)


def of_world(task: tuple[str, str, int, Sequence[str]]) -> dict[str, list[Result]]:
    """The results in one world: its kind, its name, how many draws, which metrics."""
    kind, name, seeds, metrics = task
    uncertainty.HALVES = 2  # nobody reads the intervals
    start, world = time.perf_counter(), {"perfect": PERFECT, "worse": WORSE}[kind][name]
    found = counted((world.sets(number) for number in range(seeds)), metrics, True)
    told(f"{kind}, {name}", start, found)
    return found


def of_worlds(args: argparse.Namespace, metrics: Sequence[str]) -> dict[str, dict[str, dict[str, list[Result]]]]:
    """Tables of results: perfect generators, and worse ones with a third of the draws."""
    wanted = [("perfect", name, args.seeds, metrics) for name in PERFECT] + [
        ("worse", name, -(-args.seeds // 3), metrics) for name in WORSE
    ]
    tasks = [task for task in wanted if not args.only or any(part in task[1] for part in args.only)]
    with ProcessPoolExecutor(args.processes, mp_context=get_context("spawn")) as pool:
        done = list(zip(tasks, pool.map(of_world, tasks), strict=True))
    return {which: {name: found for (kind, name, *_), found in done if kind == which} for which in ("perfect", "worse")}


def of_phantom(args: argparse.Namespace, metrics: Sequence[str]) -> dict[str, dict[str, dict[str, list[Result]]]]:
    """The same of the cohort: perfect generators only."""
    train, real, patients, reports = phantom(args)
    found: dict[str, dict[str, list[Result]]] = {}
    nulls: dict[str, object] = {}
    asked = [(patients, "patients", shape, args.seeds) for shape in PATIENTS] + [(reports, "reports", s, args.rendered) for s in REPORTS]
    for draw, what, (prompts, each), seeds in asked:
        start, name = time.perf_counter(), f"{prompts} {what} x {each}"
        numbers = range(seeds if prompts >= FEWEST_UNITS else min(seeds, 1))
        sets = ({"synthetic": draw(seed, prompts, each), "real": real, "train": train} for seed in numbers)
        if seeds:
            found[name] = counted(sets, metrics, nulls)
            told(name, start, found[name])
    return {"perfect": found, "worse": {}}


def markdown(frame: pd.DataFrame) -> str:
    """A table in Markdown."""
    lines = [list(frame.columns), ["---"] * frame.shape[1], *frame.astype(str).to_numpy().tolist()]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main() -> None:
    """Reads the options, scores all draws, writes the tables; exit code 1 when a metric is outside too often."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", choices=("worlds", "phantom"), default="worlds")
    parser.add_argument("--seeds", type=int, default=60)
    parser.add_argument("--processes", type=int, default=1, help="worlds: so many at once")
    parser.add_argument("--only", nargs="*", help="worlds: those whose name has one of these parts")
    parser.add_argument("--metrics", nargs="*", help="default: all that need no pixels and are not slow")
    parser.add_argument("--rendered", type=int, default=4, help="phantom: draws of the simulator; a film takes a fifth of a second")
    parser.add_argument("--real", type=int, default=1000, help="phantom: films")
    parser.add_argument("--train", type=int, default=4000, help="phantom: films")
    parser.add_argument("--encoder", default="phantom-eye", help="of the phantom films")
    parser.add_argument("--films", type=Path, default=Path(tempfile.gettempdir()) / "oracle-films", help="phantom: where films are kept")
    parser.add_argument("--out", type=Path, help="default: docs/oracle_calibration_SOURCE.md")
    args = parser.parse_args()
    uncertainty.HALVES = 2  # nobody reads the intervals
    usual = [m.id for m in registry.metrics().values() if not {"images", "logits"} & set(m.needs) and m.id not in SLOW]
    found = {"worlds": of_worlds, "phantom": of_phantom}[args.source](args, args.metrics or usual)
    options = f"--source {args.source} --seeds {args.seeds}"
    if args.source == "phantom":
        options += f" --rendered {args.rendered} --real {args.real} --train {args.train}"
    if args.metrics:
        options += f" --metrics {' '.join(args.metrics)}"
    columns, seeds = "prompts and images of each", str(args.seeds)
    if args.source == "phantom":
        columns = "patients, or reports that the simulator draws anew, and films of each"
        seeds = " or ".join(f"{n} ({what})" for n, what in ((args.seeds, "patients"), (args.rendered, "reports")) if n)
    frame = table(found["perfect"])
    text = f"""# A perfect generator against its null: {args.source}

Made by `python benchmarks/oracle_calibration.py {options}`: the share of {seeds} perfect generators whose
matched score lies outside the null range, which should be 1 in 20. Columns say {columns}. Bold is more than chance
makes of 5 % (probability below {LEAST_LIKELY}). A dash: there is no null, and the row says so.

{markdown(frame)}

{reasons(found["perfect"])}
"""
    if found["worse"]:
        text += f"""
## A worse generator

The same for a generator that moves all images by 0.3 of a feature's spread and varies less within a prompt ({-(-args.seeds // 3)} draws).
Here a large share is wanted.

{markdown(table(found["worse"], perfect=False))}
"""
    out = args.out or PROJECT / "docs" / f"oracle_calibration_{args.source}.md"
    out.write_text(text, encoding="utf-8")
    print(text)
    sys.exit(int("**" in markdown(frame)))


if __name__ == "__main__":
    main()
