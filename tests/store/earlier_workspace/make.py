"""Made `home/` and `expected.json` beside it, with the program as it was in November 2026, before its modules were moved.

Kept to show what the workspace holds, not to be run again: what it writes today is a workspace of today, and what the test beside it guards
is that one of *then* still opens. To guard a later layout too, copy this folder under another name and run its copy once:

    python -m tests.store.earlier_workspace.make FOLDER

All films are of the simulated cohort, shrunk; there is no patient data.
"""

import base64
import hashlib
import json
import socket
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from PIL import Image

from bench_core import api, phantom
from bench_core.config import Config
from bench_core.store.workspace import Workspace
from tests.chexgenbench_files import ALIGNMENT, WHOLE

SIDE = 48
REAL, TRAIN = (12, 24), (11, 30)
"""Cohort seed, and how many of its films."""
ENCODERS = ["pixels", "phantom-clip"]
METRICS = [
    api.Choice(id=name, settings=settings)
    for name, settings in (
        ("frechet_distance", {}), ("precision", {"k": 3}), ("recall", {"k": 3}), ("nearest_train_distance", {}), ("copy_share", {}),
        ("mean_image_size", {}),
    )
]  # fmt: skip
TEXTS = (("Large left pleural effusion.", {"Pleural Effusion": 1, "view": "AP"}), ("Mild cardiomegaly.", {"Cardiomegaly": 1, "view": "PA"}))


def make(home: Path) -> dict[str, Any]:
    """Writes the workspace, and returns what can be read from it."""
    socket.gethostname = lambda: "workstation"  # the host of the worker that died is part of what is stored
    workspace = api.open_workspace(Config(home=home, database_url=f"sqlite:///{home / 'bench.sqlite'}", device="cpu", user="reader"))
    _import_films(home)
    runs = _carry_out_runs(workspace)
    api.import_results("printed", [("image_generation_metrics.csv", WHOLE.encode()), ("img_text_alignment.csv", ALIGNMENT.encode())])
    expected = {"runs": runs, **_sets(), **_pictures(), **_tables(runs)}
    api.hold_queue("reader")
    workspace.database.engine.dispose()
    return expected


def _import_films(home: Path) -> None:
    """A real set of PNG files with a table, a training set with some JPEG files, and a few files without a table."""
    with tempfile.TemporaryDirectory() as folder:
        for name, (seed, films) in (("real", REAL), ("train", TRAIN), ("plain", (REAL[0], 4))):
            root = Path(folder) / name
            root.mkdir()
            table = phantom.cohort_table(seed, films=films)
            suffixes = [".jpg" if name == "train" and i % 3 == 0 else ".png" for i in range(films)]
            table["path"] = [f"{i:06d}{suffix}" for i, suffix in enumerate(suffixes)]
            for path, film in zip(table["path"], phantom.render_many(table["image_id"], 2), strict=True):
                Image.fromarray(film.image).resize((SIDE, SIDE), Image.Resampling.BOX).save(root / path)
            table = table.drop(columns="details")
            if name == "real":
                table.to_csv(home.parent / "real.csv", index=False)
            table.to_csv(root / "films.csv", index=False)
            kind = {"real": "real", "train": "train", "plain": "synthetic"}[name]
            report = api.import_images(name, root, None if name == "plain" else root / "films.csv", kind)
            assert not report.problems


def _request(name: str, generator: str, count: int, seed: int, **more: Any) -> api.GenerateSpec:
    prompts = [api.PromptSpec(text=text, labels=labels) for text, labels in TEXTS]
    return api.GenerateSpec(name=name, generator=api.Choice(id=generator), prompts=prompts, count=count, seed=seed, **more)


def _carry_out_runs(workspace: Workspace) -> dict[str, str]:
    """A run of each kind and of each status; their ids."""
    ids: dict[str, str] = {}

    def run(name: str, spec: api.RunSpec, on_progress: Callable[[api.Run], None] | None = None) -> str:
        ids[name] = api.submit(spec)
        return api.wait(ids[name], on_progress).status

    reports = api.report_prompts("real")[:5]
    copies = api.GenerateSpec(name="copies", generator=api.Choice(id="copycat", settings={"noise": 8}), prompts=reports, count=4, seed=3)
    assert run("copies", copies) == "done"
    noisy = copies.model_copy(update={"name": "noisy", "generator": api.Choice(id="copycat", settings={"noise": 40}), "count": 2})
    assert run("noisy", noisy) == "done"
    assert run("fresh", _request("fresh", "phantom-oracle", 1, 5)) == "done"
    about = {"real": "real", "train": "train", "encoders": ENCODERS, "metrics": METRICS}
    assert run("corrected", api.EvaluateSpec(synthetic="copies", subgroup="view", **about)) == "done"
    assert run("corrected, noisy", api.EvaluateSpec(synthetic="noisy", **{**about, "encoders": ENCODERS[:1]})) == "done"
    compatible = [choice.model_copy(update={"settings": {}}) for choice in METRICS[:3]]
    about |= {"encoders": ENCODERS[:1], "metrics": compatible, "mode": "compatible"}
    assert run("compatible", api.EvaluateSpec(synthetic="copies", **about)) == "done"
    assert run("map", api.ProjectSpec(sets=["real", "train", "copies"], encoder="pixels", seed=1)) == "done"
    assert run("too few for a map", api.ProjectSpec(sets=["fresh"], encoder="pixels")) == "failed"
    stopped = _request("stopped", "phantom-oracle", 3, 40, batch_size=1)
    assert run("stopped", stopped, lambda now: api.cancel(now.id) if now.done else None) == "cancelled"
    ids["never started"] = api.submit(_request("never started", "copycat", 1, 90))
    api.cancel(ids["never started"])
    ids["paused"] = api.submit(_request("paused", "copycat", 1, 91))
    api.pause(ids["paused"])
    ids["orphan"] = api.submit(_request("orphan", "copycat", 2, 92, batch_size=2))
    assert workspace.runs.claim(workspace.runs.enlist()) == ids["orphan"]  # by a worker that ends without a word
    ids["waiting"] = api.submit(_request("waiting", "copycat", 3, 93))
    return ids


def _cells(frame: pd.DataFrame) -> dict[str, list[Any]]:
    """The columns as JSON holds them, every number exact; None where one is missing."""
    frame = frame.astype({c: str for c in frame if c == "created"}).astype(object)
    return frame.where(frame.notna(), None).to_dict("list")


def _sets() -> dict[str, Any]:
    ids = {row["name"]: row["id"] for row in api.sets().to_dict("records")}
    members = {f"{name}, {group}": api.members(ids[name], group) for name in ("real", "copies") for group in ("view=AP", "finding=Edema")}
    columns = ["image_id", "path", "digest", "prompt", "prompt_id", "seed", "subject_id", "view", "Edema", "Pleural Effusion"]
    tables = {name: _cells(api.find_set(ids[name]).table[columns]) for name in ("real", "copies")}
    prompts = [prompt.model_dump() for prompt in api.report_prompts(ids["real"])[:3]]
    return {"sets": ids, "members": members, "tables": tables, "prompts": prompts}


def _pictures() -> dict[str, Any]:
    """Digests of pixels and of files."""
    digest = lambda data: hashlib.sha256(data).hexdigest()
    pixels = {name: [digest(image.tobytes()) for image in api.find_set(name).images()] for name in ("real", "train", "copies", "fresh")}
    first = {name: api.find_set(name).table["image_id"].iat[0] for name in pixels}
    thumbnails = {name: digest(api.thumbnails(api.find_set(name).id, [first[name]])[0]) for name in first}
    means = {name: base64.b64encode(api.mean_image(api.find_set(name).id)).decode() for name in ("real", "copies")}
    made = api.read_provenance(api.export_png(api.find_set("fresh").id, first["fresh"], "full"))
    return {"pixels": pixels, "thumbnails": thumbnails, "means": means, "provenance": made}


def _tables(runs: Mapping[str, str]) -> dict[str, Any]:
    ids = {name: api.find_set(name).id for name in ("real", "train", "copies")}
    reference = api.Reference(ids["real"], ids["train"], "pixels")
    per_image = api.per_image(ids["copies"], "pixels", "nearest_train_distance")
    points = api.stored_projection(list(ids.values()), "pixels", seed=1)
    assert points is not None
    return {
        "results": _cells(api.results()),
        "numbers": {name: _cells(api.run_results(runs[name])) for name in ("corrected", "corrected, noisy", "compatible")},
        "compared": _cells(api.compare(reference)),
        "per image": per_image.to_dict(),
        "neighbours": _cells(api.neighbours(ids["copies"], reference, 3)),
        "held out": api.held_out(reference).tolist(),
        "map": _cells(points),
        "imported": _cells(api.imported_results()),
    }


def as_text(found: Mapping[str, Any]) -> str:
    """JSON, one thing a line."""
    lines = [f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in found.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    out = Path(sys.argv[1]).resolve()
    (out / "home").mkdir(parents=True)
    found = make(out / "home")
    (out / "expected.json").write_text(as_text(found), encoding="utf-8")
