"""Numbers and statements that papers printed, as typed rows with their source. Shown beside our own numbers, never mixed with them."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

FOLDER = Path(__file__).parent
Better = Literal["lower", "higher", ""]
SHARDS = "Mean over shards: Frechet distances and neighbour metrics depend on the number of images. Does not compare with a whole run."


@dataclass(frozen=True)
class Meaning:
    """What a column of CheXGenBench is called here: our metric's id and the encoder whose space it is in; empty where there is none."""

    metric_id: str = ""
    encoder: str = ""
    better: Better = "lower"
    bounds: tuple[float | None, float | None] = (0.0, None)


MEANINGS: Mapping[str, Meaning] = {
    "FID": Meaning("frechet_distance", "inception-fid"),
    "FID (RadDino)": Meaning("frechet_distance", "rad-dino"),
    "KID": Meaning("kernel_distance", "inception-fid", bounds=(None, None)),
    "KID (RadDino)": Meaning("kernel_distance", "rad-dino", bounds=(None, None)),
    "Inception Score": Meaning("inception_score", "inception-fid", "higher", (1.0, None)),
    "Precision": Meaning("precision", "rad-dino", "higher", (0.0, 1.0)),
    "Recall": Meaning("recall", "rad-dino", "higher", (0.0, 1.0)),
    "Density": Meaning("density", "rad-dino", "higher"),
    "Coverage": Meaning("coverage", "rad-dino", "higher", (0.0, 1.0)),
    "Alignment score (BioViL-T)": Meaning("image_text_alignment", "biovil-t", "higher", (-1.0, 1.0)),
    "FRD": Meaning("frechet_radiomics_distance", "radiomics", bounds=(None, None)),
    "Avg. Re-ID score": Meaning(bounds=(0.0, 1.0)),
    "Max. Re-ID score": Meaning(bounds=(0.0, 1.0)),
    "Avg. latent distance": Meaning(encoder="rad-dino", better="higher"),
    "Avg. pixel distance": Meaning(better="higher"),
}
"""By the name that is printed. The privacy scores have no id: each compares an image with the one training image of its prompt."""


@dataclass(frozen=True)
class PrintedNumber:
    """One number as it was printed.

    Attributes:
        metric: as printed; `metric_id` and `encoder` are ours, empty where no metric or space of ours is the same.
        mode: `compatible` where our compatible mode follows the same protocol.
        subgroup: `all` or `finding=Pneumonia`.
        kind: a result of a model, or a fact of the protocol (sizes, settings).
        warning: why the cell should not be trusted; empty for most.
        file: where it lies in this folder.
    """

    paper: str
    model: str
    metric: str
    value: float
    better: Better
    source: str
    file: str
    metric_id: str = ""
    encoder: str = ""
    mode: str = ""
    subgroup: str = "all"
    data: str = ""
    kind: Literal["result", "protocol"] = "result"
    warning: str = ""
    note: str = ""


@dataclass(frozen=True)
class Statement:
    """What a paper says in words; `origin` tells an abstract from somebody else's summary."""

    paper: str
    topic: str
    statement: str
    origin: str
    source: str


@cache
def numbers() -> tuple[PrintedNumber, ...]:
    """All numbers: CheXGenBench's own tables first, then what stands beside them; the first of two equal cells is the original."""
    own = ("overall_fidelity", "conditional_fid_raddino", "privacy", "report_generation")
    found = [row for name in own for row in _chexgenbench(name, "CheXGenBench")]
    found += _chexgenbench("later_models", "")
    found += _chexgenbench("leaderboard_readme", "CheXGenBench leaderboard")
    found += _chexgenbench("reprints_unix", "UniX (reprint)")
    found += _chexgenbench("headline_claims", "CheXGenBench")
    return (*found, *_others("related/reference_points.csv"), *_others("xing/settings.csv"))


@cache
def statements() -> tuple[Statement, ...]:
    """All statements in words."""
    rows = [row for name in ("xing", "sok") for row in _read(f"{name}/findings.csv")]
    return tuple(Statement(r["study"], r["topic"], r["statement"], r["kind"], r["source"]) for r in rows)


def _read(file: str) -> list[dict[str, str]]:
    with (FOLDER / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def _suspect() -> Mapping[tuple[str, str, str, str], str]:
    rows = _read("chexgenbench/suspect_values.csv")
    return {(r["file"], r["model"], r["metric"], r["pathology"]): r["why"] for r in rows}


def _chexgenbench(name: str, paper: str) -> Iterator[PrintedNumber]:
    for row in _read(f"chexgenbench/{name}.csv"):
        meaning = MEANINGS.get(row["metric"], Meaning())
        better = row["unit_or_direction"]
        warning = _suspect().get((f"{name}.csv", row["model"], row["metric"], row["pathology"]), "")
        yield PrintedNumber(
            paper or row["source"].split(" ")[0], row["model"], row["metric"], float(row["value"]),
            better if better in ("lower", "higher") else "",  # type: ignore[arg-type]
            row["source"], f"chexgenbench/{name}.csv", meaning.metric_id, meaning.encoder, "compatible" if meaning.metric_id else "",
            f"finding={row['pathology']}" if row["pathology"] else "all", "MIMIC-CXR",
            "protocol" if name == "headline_claims" else "result",
            warning or (SHARDS if "4-shard" in row["source"] else ""),
        )  # fmt: skip


def _others(file: str) -> Iterator[PrintedNumber]:
    for row in _read(file):
        better = row["direction"].removesuffix(" is better")
        known = better in ("lower", "higher")
        yield PrintedNumber(
            row["study"], row["model_or_setting"], row["metric"], float(row["value"]),
            better if known else "",  # type: ignore[arg-type]
            row["source"], file, data=row["dataset"], kind="protocol" if file.startswith("xing") else "result",
            note="; ".join(t for t in ("" if known else row["direction"], row["note"]) if t),
        )  # fmt: skip
