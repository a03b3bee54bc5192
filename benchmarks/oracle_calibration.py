"""Does a perfect generator score inside its null range? Over many seeds of one, counts for each metric how often it does.

    python benchmarks/oracle_calibration.py --source gaussian
    python benchmarks/oracle_calibration.py --source phantom

`gaussian`: features drawn from one Gaussian mixture with findings and patients, no images. `phantom`: features of the simulated cohort,
and of fresh patients that the simulator draws for held-out reports, two a report. `train` and `real` stay; each seed is a
new synthetic set. Films are kept in a folder (`--films`), so that another run need not render them. Writes a Markdown table to docs/.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from bench_core.data import FINDINGS, ImageSet, Result  # noqa: E402
from bench_core.engine.scoring.score_sets import score_sets  # noqa: E402
from bench_core.features import FeatureSet  # noqa: E402

ENOUGH = 0.85
"""Share of seeds that must lie inside: 17 of 20."""
Draw = Callable[[int], FeatureSet]


def gaussian(args: argparse.Namespace) -> tuple[FeatureSet, FeatureSet, Draw]:
    """train, real and a drawer of synthetic sets from one mixture of four Gaussians, shifted by findings."""
    rng = np.random.default_rng(args.world)
    directions, centres = 0.35 * rng.normal(size=(len(FINDINGS), args.dimensions)), 0.5 * rng.normal(size=(4, args.dimensions))

    def images(n: int, kind: str, patients: int, rng: np.random.Generator) -> FeatureSet:
        labels = (rng.random((n, len(FINDINGS))) < 0.2).astype(float)
        person = np.repeat(rng.normal(size=(-(-n // patients), args.dimensions)), patients, axis=0)[:n]
        signal = labels @ directions
        values = signal + centres[rng.integers(0, 4, n)] + np.sqrt(0.5) * (person + rng.normal(size=person.shape))
        return FeatureSet(
            values,
            text=signal + 0.5 * rng.normal(size=person.shape),
            kind=kind,
            subjects=None if kind == "synthetic" else np.arange(n) // patients,
            labels=pd.DataFrame(labels, columns=list(FINDINGS)),
        )

    train, real = images(args.train, "train", 2, rng), images(args.real, "real", 2, rng)
    return train, real, lambda seed: images(args.images, "synthetic", 1, np.random.default_rng([args.world, seed]))


def findings(table: pd.DataFrame) -> pd.DataFrame:
    """The columns of a table that are findings."""
    return table[[f for f in FINDINGS if f in table]].astype(float).reset_index(drop=True)


def phantom(args: argparse.Namespace) -> tuple[FeatureSet, FeatureSet, Draw]:
    """train and real from the committed features of the simulated cohort; synthetic sets from the simulator."""
    from bench_core import encoders, phantom
    from bench_core.cards import encoder_cards

    stored, texts = encoders.stored_features(args.encoder), encoders.stored_text_features(args.encoder)
    if stored is None or texts is None:
        sys.exit(f"There are no committed features of {args.encoder!r} that fit its weights; train it first.")
    encoder = encoders.open_encoder(encoder_cards()[args.encoder])
    tables = {
        role: phantom.cohort_table(seed, films=films).set_index("image_id")
        for role, seed, films in (
            ("train", phantom.TRAIN_SEED, phantom.TRAIN_FILMS),
            ("real", phantom.REAL_SEED, phantom.REAL_FILMS),
        )
    }

    def cohort(role: str, size: int) -> FeatureSet:
        ids, values = stored[role]
        table = tables[role].loc[ids[:size]]
        return FeatureSet(
            values[:size],
            text=texts[role][1][:size],
            kind=role,
            encoder=args.encoder,
            subjects=table["subject_id"].astype(str),
            labels=findings(table),
            images=kept(role, table.index.tolist(), lambda image_id: phantom.render(image_id).image),
            logits=False,
        )

    def kept(name: str, image_ids: list[str], render: Callable[[str], np.ndarray]) -> ImageSet:
        """Films in a folder of that name, rendered when they are first read."""
        table = pd.DataFrame({"image_id": image_ids, "path": [f"{i}.png" for i in image_ids]})
        return ImageSet(name, name, "synthetic", args.films / f"{args.world}-{name}", table, render)

    def draw(seed: int) -> FeatureSet:
        rng = np.random.default_rng([args.world, seed])
        if args.same_reports:
            rng = np.random.default_rng(args.world)
        rows = np.repeat(rng.choice(len(tables["real"]), -(-args.images // 2), replace=False), 2)[: args.images]
        table = tables["real"].iloc[rows]
        labels = findings(table)
        asked = list(zip(table["prompt"], labels.to_dict("records"), strict=True))

        def film(number: str) -> np.ndarray:
            text, row = asked[int(number)]
            wanted = {name: int(value) for name, value in row.items() if value in (0, 1)}
            return phantom.render_prompt(text, 1_000_000 * (seed + 1) + int(number), wanted or None).image

        images = kept(f"{seed}{'-same' if args.same_reports else ''}", [str(i) for i in range(len(asked))], film)
        films = [images.read(i) for i in range(len(asked))]
        values = np.concatenate([encoder.encode(films[i : i + 50]) for i in range(0, len(films), 50)])
        text = encoder.encode_text(table["prompt"].tolist())
        return FeatureSet(
            values, text=text, kind="synthetic", encoder=args.encoder, labels=labels, prompts=rows, images=images, logits=False
        )

    return cohort("train", args.train), cohort("real", args.real), draw


def scored(args: argparse.Namespace) -> Iterator[list[Result]]:
    """The results of each seed."""
    train, real, draw = {"gaussian": gaussian, "phantom": phantom}[args.source](args)
    nulls: dict[str, object] = {}
    for seed in range(args.seeds):
        start = time.perf_counter()
        results, *_ = score_sets({"synthetic": draw(seed), "real": real, "train": train}, nulls=nulls)
        print(f"seed {seed}: {time.perf_counter() - start:.1f} s", file=sys.stderr, flush=True)
        yield results


def table(runs: list[list[Result]]) -> pd.DataFrame:
    """One row a metric."""
    rows = []
    for of_metric in zip(*runs, strict=True):
        ok = [r for r in of_metric if r.status == "ok" and None not in (r.matched, r.null_low, r.null_high)]
        if not ok:
            rows.append({"metric": of_metric[0].metric, "inside": of_metric[0].message or "no null"})
            continue
        inside = sum(r.null_low <= r.matched <= r.null_high for r in ok)  # type: ignore[operator]
        matched = np.array([r.matched for r in ok])
        rows.append(
            {
                "metric": ok[0].metric,
                "inside": f"{inside} of {len(ok)}",
                "enough": "yes" if inside >= ENOUGH * len(ok) else "NO",
                "null": f"{np.mean([r.null for r in ok]):.4g}",  # type: ignore[misc]
                "null range": f"{np.mean([r.null_low for r in ok]):.4g} to {np.mean([r.null_high for r in ok]):.4g}",  # type: ignore[misc]
                "matched, mean": f"{matched.mean():.4g}",
                "lowest to highest": f"{matched.min():.4g} to {matched.max():.4g}",
            }
        )
    return pd.DataFrame(rows).fillna("")


def markdown(frame: pd.DataFrame) -> str:
    """A table in Markdown."""
    lines = [list(frame.columns), ["---"] * frame.shape[1], *frame.astype(str).to_numpy().tolist()]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main() -> None:
    """Reads the options, scores all seeds, writes the table; exit code 1 when a metric is inside too seldom."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", choices=("gaussian", "phantom"), default="gaussian")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--images", type=int, default=200, help="images of a synthetic set")
    parser.add_argument("--real", type=int, default=2000)
    parser.add_argument("--train", type=int, default=10_000)
    parser.add_argument("--dimensions", type=int, default=64, help="of the Gaussian features")
    parser.add_argument("--encoder", default="phantom-clip", help="of the phantom films")
    parser.add_argument("--same-reports", action="store_true", help="phantom: all seeds illustrate the same reports")
    parser.add_argument("--films", type=Path, default=Path(tempfile.gettempdir()) / "oracle-films", help="phantom: where films are kept")
    parser.add_argument("--world", type=int, default=0, help="seed of everything that is not the synthetic set")
    parser.add_argument("--out", type=Path, help="default: docs/oracle_calibration_SOURCE.md")
    args = parser.parse_args()
    frame = table(list(scored(args)))
    options = (
        f"--source {args.source} --seeds {args.seeds} --images {args.images} --real {args.real} --train {args.train} --world {args.world}"
    )
    if args.same_reports:
        options += " --same-reports"
    text = f"""# A perfect generator against its null: {args.source}

Made by `python benchmarks/oracle_calibration.py {options}`. Each seed is a synthetic set of {args.images} images from a perfect generator;
"inside" counts the seeds whose matched score lies in the null range, which should hold a perfect generator 19 times in 20.
At least {ENOUGH:.0%} of the seeds is enough.

{markdown(frame)}
"""
    out = args.out or PROJECT / "docs" / f"oracle_calibration_{args.source}.md"
    out.write_text(text, encoding="utf-8")
    print(text)
    sys.exit(int("NO" in frame.get("enough", pd.Series(dtype=str)).tolist()))


if __name__ == "__main__":
    main()
