"""How long do import, facade and pages take with the real size of MIMIC-CXR? Synthetic rows, one tiny film under 400,000 names.

    python benchmarks/real_size.py --rows 400000 --points 100000

Writes a miniature layout (hard links to a few random films), imports it, makes a synthetic set of `--points` images and a few small ones
with made-up neighbours, map, numbers and runs (`made_up_study.py`), then times the calls behind the pages and the pages themselves
(Streamlit's AppTest: the script of the page, without a browser). Every time is taken twice: first (nothing cached in this process) and
again. Writes a Markdown table to docs/.
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

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from bench_core import api  # noqa: E402
from bench_core.config import Config  # noqa: E402
from benchmarks.made_up_study import ENCODER, SMALL_SETS, WAITING, make_up_results, write_layout, write_own  # noqa: E402

PAGES = tuple(p.stem for p in sorted((PROJECT / "pages").glob("*.py")) if p.stem != "__init__")


def timed(call: Callable[[], Any]) -> tuple[float, float, Any]:
    """Seconds by the clock, seconds of processor time, and what came back."""
    start, worked = time.perf_counter(), time.process_time()
    out = call()
    return time.perf_counter() - start, time.process_time() - worked, out


def import_calls(root: Path, plain: Path, own: Path) -> dict[str, Callable[[], api.ImportReport]]:
    """The imports, by what they import."""
    return {
        "the MIMIC layout, all of it": lambda: api.import_data_set("mimic-all", "mimic-cxr-jpg", root, "real"),
        "its split train": lambda: api.import_data_set("mimic-train", "mimic-cxr-jpg", root, "train", split="train"),
        "its split test": lambda: api.import_data_set("mimic-test", "mimic-cxr-jpg", root, "real", split="test"),
        "a CSV of the same films, any layout": lambda: api.import_images("plain", root, plain, "real", copy=False),
        "a CSV of generated images": lambda: api.import_images("own", own.with_suffix(""), own, "synthetic", copy=False),
    }


def facade_calls(train: str) -> dict[str, Callable[[], Any]]:
    """The calls behind the pages."""
    some: list[str] = []

    def open_and_choose() -> None:
        ids = api.find_set(train).table["image_id"]
        some[:] = ids.iloc[:: max(1, len(ids) // 18)].tolist()[:18]

    reference = api.Reference("mimic-test", train, ENCODER)
    sets = ["mimic-train", "mimic-test", "own", *(f"small-{number}" for number in range(SMALL_SETS))]
    return {
        "api.sets()": api.sets,
        "api.find_set(train), 18 of its ids": open_and_choose,
        "api.thumbnails, 18 of the training set": lambda: api.thumbnails(train, some),
        "api.image_png, one": lambda: api.image_png(train, some[0]),
        "api.report_prompts(own, 200)": lambda: api.report_prompts("own"),
        "api.neighbours(own, train, k=5, real)": lambda: api.neighbours("own", reference),
        "api.stored_projection of all sets": lambda: api.stored_projection(sets, ENCODER),
        "api.members(own, a finding)": lambda: api.members("own", "finding=Edema"),
        "api.results()": api.results,
        "api.redundancy of all sets": lambda: api.redundancy(reference),
        "api.runs(500)": lambda: api.runs(500),
    }


def page_times(name: str) -> tuple[tuple[float, ...], str]:
    """Times of a page's first and second run; what the second one sends to the browser, or what went wrong on it."""
    from streamlit.testing.v1 import AppTest

    at = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=300)
    *first, at = timed(lambda: at.switch_page(f"pages/{name}.py").run())
    *again, at = timed(at.run)
    wrong = [str(e.value) for e in at.error] + [str(e.message) for e in at.exception]
    sent = sum(node.proto.ByteSize() for part in (at.main, at.sidebar) for node in part if node.proto is not None)
    return (*first, *again), " ".join("; ".join(wrong).split())[:200] or f"{sent / 1e6:.2f} MB"


def main() -> None:
    """Reads the options, measures, and writes the table."""
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
        plain = write_layout(root, options.rows, rng)
        own = write_own(Path(folder) / "own", options.points, rng)
        api.open_workspace(Config.from_environment())
        rows = []
        for what, call in import_calls(root, plain, own).items():
            *seconds, report = timed(call)
            rows.append((f"import {what}", *seconds, np.nan, np.nan, f"{report.imported:,} images"))
            print(rows[-1], flush=True)
        make_up_results(own, rng)
        api.open_workspace(Config.from_environment())  # the imports have warmed the other one; the pages shall start from the disk
        for what, call in facade_calls("mimic-train").items():
            rows.append((what, *timed(call)[:2], *timed(call)[:2], ""))
            print(rows[-1], flush=True)
        page_times("overview")  # what the first session of a server pays for: imports, and the list of pages
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
        f"{os.cpu_count()} processor cores (load {os.getloadavg()[0]:.1f} at the end): under other load the clock shows more than the\n"
        "processor time that this process needed; an idle machine lies between, waiting for the disk included.\n"
        "`first`: nothing cached in the process; `again`: the next rerun of the same page or call. Images stay in place; none is\n"
        f"decoded at import. Beside the generated images there are {SMALL_SETS} small sets, all with numbers by finding, and {WAITING} "
        "runs that wait. The\npages' scripts run without a browser; MB is what a rerun sends it, images at addresses of their own (the "
        "large view)\nleft out. Neighbours, map and numbers are random, since only their size matters here.\n\n"
    )
    return head + "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
