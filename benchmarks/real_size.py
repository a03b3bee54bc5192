"""How long do import, facade and pages take with the real size of MIMIC-CXR? Synthetic rows, one tiny film under 400,000 names.

    python benchmarks/real_size.py --rows 400000 --points 100000

Writes a miniature layout (hard links to a few random films), imports it, makes a synthetic set of `--points` images with made-up
neighbours, map and results, then times the calls behind each page and the pages themselves (Streamlit's AppTest: the script of the page,
without a browser). Every time is taken twice: first (nothing cached in this process) and again. Writes a Markdown table to docs/.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from bench_core import api  # noqa: E402
from bench_core.config import Config  # noqa: E402
from bench_core.data import FINDINGS, Result  # noqa: E402
from bench_core.engine.models import encoder_card  # noqa: E402
from bench_core.engine.neighbours import nearest_key  # noqa: E402
from bench_core.engine.projection import map_key, thinned  # noqa: E402

ENCODER = "phantom-clip"
PAGES = tuple(p.stem for p in sorted((PROJECT / "pages").glob("*.py")) if p.stem != "__init__")
VERSION = "mimic-cxr-2.0.0-"


def write_layout(root: Path, rows: int, rng: np.random.Generator) -> None:
    """The layout of MIMIC-CXR-JPG: three tables, and as many files, which are hard links to 50 films."""
    root.mkdir(parents=True)
    films = [root / f"film_{i}.jpg" for i in range(50)]
    for film in films:
        Image.fromarray(rng.integers(0, 256, (64, 64)).astype(np.uint8)).save(film)
    subject = (10_000_000 + rng.integers(0, 65_000, rows)).astype(str)
    study = (50_000_000 + np.arange(rows) // 2).astype(str)
    subject = np.repeat(subject[::2], 2)[:rows]
    image = np.array([f"{i:08x}-c0ffee00-00000000-00000000-{i:08x}" for i in range(rows)])
    view = rng.choice(["PA", "AP", "LATERAL", "LL", ""], rows)
    pd.DataFrame({"dicom_id": image, "subject_id": subject, "study_id": study, "ViewPosition": view}).to_csv(
        root / f"{VERSION}metadata.csv.gz", index=False, compression={"method": "gzip", "compresslevel": 1}
    )
    split = rng.choice(["train", "validate", "test"], rows, p=[0.97, 0.01, 0.02])
    pd.DataFrame({"dicom_id": image, "study_id": study, "subject_id": subject, "split": split}).to_csv(
        root / f"{VERSION}split.csv", index=False
    )
    studies = pd.DataFrame({"subject_id": subject, "study_id": study}).drop_duplicates("study_id")
    for finding in FINDINGS:
        studies[finding] = rng.choice(["", "1.0", "0.0", "-1.0"], len(studies), p=[0.7, 0.15, 0.1, 0.05])
    studies.to_csv(root / f"{VERSION}chexpert.csv", index=False)
    for s, t, i in zip(subject, study, image, strict=True):
        folder = f"{root}/files/p{s[:2]}/p{s}/s{t}"
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103
        os.link(films[int(i[:8], 16) % 50], f"{folder}/{i}.jpg")  # noqa: PTH200


def write_own(root: Path, points: int, rng: np.random.Generator) -> Path:
    """A table of generated images with prompts, in a folder of hard links."""
    root.mkdir(parents=True)
    films = [root / f"film_{i}.png" for i in range(50)]  # a file has 65,000 names at most
    for film in films:
        Image.fromarray(rng.integers(0, 256, (64, 64)).astype(np.uint8)).save(film)
    for i in range(points):
        os.link(films[i % 50], f"{root}/{i:06d}.png")  # noqa: PTH200
    table = root.parent / "own.csv"
    names = [f"{i:06d}.png" for i in range(points)]
    frame = pd.DataFrame(
        {"synthetic_filename": names, "prompt": [f"Invented report number {i}." for i in range(points)], "seed": range(points)}
    )
    frame.assign(**{f: rng.choice(["1", "0"], points) for f in FINDINGS}).to_csv(table, index=False)
    return table


def make_up_results(rng: np.random.Generator) -> None:
    """Neighbours, a map and numbers with random values: their computation is timed elsewhere, their size is what matters here."""
    workspace = api.open_workspace()
    sets = {name: workspace.sets.open(name) for name in ("mimic-train", "mimic-test", "own")}
    card, train = encoder_card(workspace.config, ENCODER), sets["mimic-train"]
    for name in ("mimic-test", "own"):
        images = sets[name]
        ids = np.repeat(images.table["image_id"].to_numpy(), 5)
        near = train.table["image_id"].to_numpy()[rng.integers(0, len(train), len(ids))]
        distance = rng.random(len(ids)).astype(np.float32)
        frame = pd.DataFrame({"image_id": ids, "rank": np.tile(np.arange(1, 6), len(images)), "train_image_id": near, "distance": distance})
        workspace.derived.write_table(
            nearest_key(images, train, card, 5), "neighbours", frame.assign(ratio=distance), [images.id, train.id]
        )
    ordered = sorted(sets.values(), key=lambda s: (s.kind, s.id))
    parts = []
    for images, rows in zip(ordered, thinned(ordered, api.MAP_LIMIT), strict=True):
        xy = rng.normal(size=(len(rows), 2)).astype(np.float32)
        part = {"x": xy[:, 0], "y": xy[:, 1], "set_id": images.id, "image_id": images.table["image_id"].to_numpy()[rows]}
        parts.append(pd.DataFrame(part).assign(placed="fitted"))
    key = map_key(workspace, ordered, ENCODER, 0, api.MAP_LIMIT)
    workspace.derived.write_table(key, "projection", pd.concat(parts, ignore_index=True), [s.id for s in ordered])
    results = [
        Result(m.id, m.family, 0.5, low=0.4, high=0.6, n_real=len(sets["mimic-test"]), n_synthetic=len(sets["own"]), encoder=ENCODER)
        for m in api.metrics().values()
    ]
    about = {
        "synthetic": sets["own"].id,
        "real": sets["mimic-test"].id,
        "train": train.id,
        "encoder_key": "made-up",
        "encoder_revision": "",
    }
    run_id = api.submit(api.EvaluateSpec(synthetic="own", real="mimic-test", train="mimic-train", encoders=[ENCODER]))
    worker = workspace.runs.enlist()
    workspace.runs.claim(worker, run_id)
    workspace.results.write(run_id, "made-up", about, results)
    workspace.runs.end(run_id, worker, "done", "Made up")


def timed(call: Callable[[], Any]) -> tuple[float, float, Any]:
    """Seconds by the clock, seconds of processor time, and what came back."""
    start, worked = time.perf_counter(), time.process_time()
    out = call()
    return time.perf_counter() - start, time.process_time() - worked, out


def facade_calls(train: str) -> dict[str, Callable[[], Any]]:
    """The calls behind the pages."""
    some: list[str] = []

    def open_and_choose() -> None:
        ids = api.find_set(train).table["image_id"]
        some[:] = ids.iloc[:: max(1, len(ids) // 18)].tolist()[:18]

    return {
        "api.sets()": api.sets,
        "api.find_set(train), 18 of its ids": open_and_choose,
        "api.thumbnails, 18 of the training set": lambda: api.thumbnails(train, some),
        "api.image_png, one": lambda: api.image_png(train, some[0]),
        "api.report_prompts(own, 200)": lambda: api.report_prompts("own"),
        "api.neighbours(own, train, k=5, real)": lambda: api.neighbours("own", train, ENCODER, 5, "mimic-test"),
        "api.stored_projection of all three": lambda: api.stored_projection(["mimic-train", "mimic-test", "own"], ENCODER),
        "api.results()": api.results,
    }


def page_times(name: str) -> tuple[tuple[float, ...], str]:
    """Times of a page's first and second run, and what went wrong on it."""
    from streamlit.testing.v1 import AppTest

    at = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=300).run()
    *first, at = timed(lambda: at.switch_page(f"pages/{name}.py").run())
    *again, at = timed(at.run)
    wrong = [str(e.value) for e in at.error] + [str(e.message) for e in at.exception]
    return (*first, *again), "; ".join(wrong)[:200]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=400_000)
    parser.add_argument("--points", type=int, default=100_000)
    parser.add_argument("--out", type=Path, default=PROJECT / "docs" / "real_size.md")
    options = parser.parse_args()
    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        os.environ["BENCH_HOME"] = str(home)
        root = Path(folder) / "mimic"
        print("writing the layout", flush=True)
        write_layout(root, options.rows, rng)
        table = write_own(Path(folder) / "own", options.points, rng)
        api.open_workspace(Config.from_environment())
        imports: dict[str, Callable[[], Any]] = {
            f"all {options.rows:,} rows of the MIMIC layout": lambda: api.import_data_set("mimic-all", "mimic-cxr-jpg", root, "real"),
            "its split train": lambda: api.import_data_set("mimic-train", "mimic-cxr-jpg", root, "train", split="train"),
            "its split test": lambda: api.import_data_set("mimic-test", "mimic-cxr-jpg", root, "real", split="test"),
            f"a CSV of {options.points:,} generated images": lambda: api.import_images(
                "own", table.parent / "own", table, "synthetic", in_place=True
            ),
        }
        rows = []
        for what, call in imports.items():
            *seconds, report = timed(call)
            rows.append((f"import {what}", *seconds, np.nan, np.nan, f"{report.imported:,} images"))
            print(rows[-1], flush=True)
        make_up_results(rng)
        api._current = None  # the imports have warmed this process; the pages shall start from the disk
        for what, call in facade_calls("mimic-train").items():
            rows.append((what, *timed(call)[:2], *timed(call)[:2], ""))
            print(rows[-1], flush=True)
        for name in PAGES:
            seconds, wrong = page_times(name)
            rows.append((f"page {name}", *seconds, wrong))
            print(rows[-1], flush=True)
        options.out.write_text(report_text(rows, options))  # before the folder goes, which takes longer than all else
    print(options.out.read_text())


def report_text(rows: list[tuple[Any, ...]], options: argparse.Namespace) -> str:
    """The table with what it was measured on."""
    lines = ["| what | first, s | of processor | again, s | of processor | |", "| --- | --- | --- | --- | --- | --- |"]
    for what, *seconds, text in rows:
        lines.append(f"| {what} | {' | '.join('' if np.isnan(s) else f'{s:.2f}' for s in seconds)} | {text} |")
    head = (
        f"# {options.rows:,} rows and {options.points:,} generated images\n\n"
        f"Made by `python benchmarks/real_size.py --rows {options.rows} --points {options.points}` on {time.strftime('%Y-%m-%d')}, with "
        f"{os.cpu_count()} processor cores that other work shared (load {os.getloadavg()[0]:.1f} at the end): the clock shows more than\n"
        "the processor time that this process needed; an idle machine lies between, waiting for the disk included.\n"
        "`first`: nothing cached in the process; `again`: the next rerun of the same page or call. Images stay in place; none is\n"
        "decoded at import. The pages' scripts "
        "run without a browser; neighbours, map and numbers are random, since only their size matters here.\n\n"
    )
    return head + "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
