"""A data set as large as MIMIC-CXR without its images: invented rows, a few random films under 400,000 names, random numbers.

What is computed from images (neighbours, map, numbers) is made up: `real_size.py` measures what their size costs, not their making.
"""

import os
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from bench_core import api
from bench_core.data import FINDINGS, ImageSet, Result
from bench_core.engine.catalogue import encoder_card
from bench_core.engine.keys import draws_key, map_key, nearest_key
from bench_core.engine.runs.project import thinned
from bench_core.store.workspace import Workspace

ENCODER = "phantom-eye"
VERSION = "mimic-cxr-2.0.0-"
FILMS = 50  # a file has 65,000 names at most
SMALL_SETS, SMALL = 5, 200
"""Synthetic sets beside the large one, so that there is something to compare; images of each."""
WAITING = 300
OUTSIDE = "FID,FID (RadDino),Inception Score,KID,KID (RadDino),Precision,Recall,Density,Coverage,Extra Info,Caption Type,Pathology"


def write_films(root: Path, suffix: str, rng: np.random.Generator) -> list[Path]:
    """A few random films, which all names are hard links to."""
    films = [root / f"film_{i}{suffix}" for i in range(FILMS)]
    for film in films:
        Image.fromarray(rng.integers(0, 256, (64, 64)).astype(np.uint8)).save(film)
    return films


def write_layout(root: Path, rows: int, rng: np.random.Generator) -> Path:
    """The layout of MIMIC-CXR-JPG: three tables, and as many files; returns the same as one plain table beside it."""
    root.mkdir(parents=True)
    films = write_films(root, ".jpg", rng)
    subject = (10_000_000 + rng.integers(0, 65_000, rows)).astype(str)
    study = (50_000_000 + np.arange(rows) // 2).astype(str)
    subject = np.repeat(subject[::2], 2)[:rows]
    image = np.array([f"{i:08x}-c0ffee00-00000000-00000000-{i:08x}" for i in range(rows)])
    view = rng.choice(["PA", "AP", "LATERAL", "LL", ""], rows)
    about = pd.DataFrame({"dicom_id": image, "subject_id": subject, "study_id": study, "ViewPosition": view})
    about.to_csv(root / f"{VERSION}metadata.csv.gz", index=False, compression={"method": "gzip", "compresslevel": 1})
    split = rng.choice(["train", "validate", "test"], rows, p=[0.97, 0.01, 0.02])
    about[["dicom_id", "study_id", "subject_id"]].assign(split=split).to_csv(root / f"{VERSION}split.csv", index=False)
    studies = pd.DataFrame({"subject_id": subject, "study_id": study}).drop_duplicates("study_id")
    for finding in FINDINGS:
        studies[finding] = rng.choice(["", "1.0", "0.0", "-1.0"], len(studies), p=[0.7, 0.15, 0.1, 0.05])
    studies.to_csv(root / f"{VERSION}chexpert.csv", index=False)
    paths = [f"files/p{s[:2]}/p{s}/s{t}/{i}.jpg" for s, t, i in zip(subject, study, image, strict=True)]
    for number, path in enumerate(paths):
        folder = f"{root}/{path.rpartition('/')[0]}"
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103
        os.link(films[number % FILMS], f"{root}/{path}")  # noqa: PTH200
    plain = pd.DataFrame({"path": paths, "subject_id": subject, "study_id": study, "view": view})
    plain = plain.merge(studies.drop(columns="subject_id"), on="study_id", how="left", validate="many_to_one")
    plain.to_csv(root.parent / "plain.csv", index=False)
    return root.parent / "plain.csv"


def write_own(root: Path, points: int, rng: np.random.Generator) -> Path:
    """A table of generated images with prompts, in a folder of hard links."""
    root.mkdir(parents=True)
    films = write_films(root, ".png", rng)
    names = [f"{i:06d}.png" for i in range(points)]
    for i, name in enumerate(names):
        os.link(films[i % FILMS], f"{root}/{name}")  # noqa: PTH200
    frame = pd.DataFrame({"path": names, "prompt": [f"Invented report number {i}." for i in range(points)], "seed": range(points)})
    frame = frame.assign(**{f: rng.choice(["1", "0"], points) for f in FINDINGS})
    frame.to_csv(root.parent / "own.csv", index=False)
    for number in range(SMALL_SETS):
        frame.iloc[number : number + min(SMALL, points // 2)].to_csv(root.parent / f"small-{number}.csv", index=False)
    return root.parent / "own.csv"


def make_up_results(own: Path, rng: np.random.Generator) -> None:
    """Small sets beside the large one; neighbours, a map and numbers of all; runs that wait; numbers of another tool."""
    workspace = api.open_workspace()
    small = [f"small-{number}" for number in range(SMALL_SETS)]
    for name in small:
        api.import_images(name, own.with_suffix(""), own.with_name(f"{name}.csv"), "synthetic", copy=False)
    sets = {name: workspace.sets.open(name) for name in ("mimic-train", "mimic-test", "own", *small)}
    for name in ("mimic-test", "own", *small):
        _make_up_neighbours(workspace, sets[name], sets["mimic-train"], rng)
    _make_up_map(workspace, list(sets.values()), rng)
    for name in ("own", *small):
        _make_up_numbers(workspace, sets, name, rng)
    for seed in range(WAITING):
        prompts = [api.PromptSpec(text="Small left pleural effusion.", labels={"Pleural Effusion": 1})]
        api.submit(
            api.GenerateSpec(name=f"waits-{seed}", generator=api.Choice(id="phantom-oracle"), prompts=prompts, count=4, seed=4 * seed)
        )
    least = np.array([0, 0, 1, 0, 0, 0, 0, 0, 0])  # an Inception Score is at least 1
    numbers = [f"{','.join(f'{n:.3f}' for n in least + rng.random(9))},model {m},report,{f}" for m in range(11) for f in FINDINGS]
    api.import_results("other tool", [("conditional.csv", "\n".join([OUTSIDE, *numbers]).encode())])


def _make_up_neighbours(workspace: Workspace, images: ImageSet, train: ImageSet, rng: np.random.Generator) -> None:
    ids = np.repeat(images.table["image_id"].to_numpy(), 5)
    near = train.table["image_id"].to_numpy()[rng.integers(0, len(train), len(ids))]
    distance = rng.random(len(ids)).astype(np.float32)
    frame = pd.DataFrame({"image_id": ids, "rank": np.tile(np.arange(1, 6), len(images)), "train_image_id": near, "distance": distance})
    key = nearest_key(images, train, encoder_card(workspace.config, ENCODER), 5)
    workspace.derived.write_table(key, "neighbours", frame.assign(ratio=distance), [images.id, train.id])


def _make_up_map(workspace: Workspace, sets: list[ImageSet], rng: np.random.Generator) -> None:
    ordered = sorted(sets, key=lambda s: (s.kind, s.id))
    parts = []
    for images, rows in zip(ordered, thinned(ordered, api.MAP_LIMIT), strict=True):
        x, y = rng.normal(size=(2, len(rows))).astype(np.float32)
        ids = images.table["image_id"].to_numpy()[rows]
        parts.append(pd.DataFrame({"x": x, "y": y, "set_id": images.id, "image_id": ids, "placed": "fitted"}))
    key = map_key(workspace, ordered, ENCODER, 0, api.MAP_LIMIT)
    workspace.derived.write_table(key, "projection", pd.concat(parts, ignore_index=True), [s.id for s in ordered])


def _make_up_numbers(workspace: Workspace, sets: dict[str, ImageSet], name: str, rng: np.random.Generator) -> None:
    """Every metric of the whole set and of each finding, with draws, as an evaluation stores them."""
    run_id = api.submit(api.EvaluateSpec(synthetic=name, real="mimic-test", train="mimic-train", encoders=[ENCODER], subgroup="finding"))
    worker = workspace.runs.enlist()
    workspace.runs.claim(worker, run_id)
    about = {"synthetic": sets[name].id, "real": sets["mimic-test"].id, "train": sets["mimic-train"].id}
    about |= {"encoder_key": "made-up", "encoder_revision": ""}
    for subgroup in ("all", *(f"finding={finding}" for finding in FINDINGS)):
        step = f"made-up {name} {subgroup}"
        results = [_made_up(metric, subgroup, len(sets[name]), rng) for metric in api.metrics().values()]
        draws = pd.DataFrame({r.metric: rng.normal(r.value or 0, 0.03, 100) for r in results})
        workspace.derived.write_table(draws_key(step), "draws", draws, list(about.values())[:3])
        workspace.results.write(run_id, step, about, results)
    workspace.runs.end(run_id, worker, "done", "Made up")


def _made_up(metric: api.Metric, subgroup: str, images: int, rng: np.random.Generator) -> Result:
    value = float(rng.uniform(0.3, 0.7))
    return Result(
        metric.id, metric.family, value, low=value - 0.06, high=value + 0.06, matched=value, null=0.45, null_low=0.4, null_high=0.5,
        n_real=images, n_synthetic=images, n_train=images, encoder=ENCODER, subgroup=subgroup,
    )  # fmt: skip
