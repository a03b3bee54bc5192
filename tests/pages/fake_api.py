"""An in-memory stand-in for the facade, so that pages are tested in seconds and on states that are rare in life.

`Fake(filled=True).install(monkeypatch)` replaces the functions of `bench_core.api`; a test holds that both have the same
signatures. Everything it returns is drawn from a fixed seed.
"""

import inspect
import io
import time
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from bench_core import api
from bench_core.cards import EncoderCard, GeneratorCard
from bench_core.engine.answers.comparison import Measurement, difference, pareto_probability
from bench_core.engine.answers.outside_numbers import IMPORTED, published_frame, statements_frame
from bench_core.engine.answers.redundancy import correlations
from bench_core.engine.generation.estimate import Estimate
from bench_core.engine.requests.dry_run import Memory, ModelCheck
from bench_core.errors import NotPossible, UnknownName
from bench_core.generators.backend import Lack
from bench_core.intake.chexgenbench import read_results
from bench_core.registry import Metric
from bench_core.settings_model import Settings

GENERATORS = ("phantom-ldm", "phantom-ldm-early", "phantom-ldm-overfit", "phantom-gan", "phantom-vae", "phantom-oracle", "copycat")
SKILL = {
    "phantom-oracle": 0.0,
    "phantom-ldm": 0.25,
    "phantom-gan": 0.5,
    "phantom-ldm-early": 0.8,
    "phantom-vae": 1.0,
    "copycat": 0.02,
    "phantom-ldm-overfit": 0.35,
}
COPYING = {"copycat": 0.95, "phantom-ldm-overfit": 0.62}
METRICS = {
    "frechet_distance": ("Frechet distance", "fidelity", "minimize", (0.0, None), 4.4, 55.0, True),
    "kernel_distance": ("Kernel distance", "fidelity", "minimize", (None, None), 0.0004, 0.2, False),
    "precision": ("Precision", "fidelity", "maximize", (0.0, 1.0), 0.78, -0.5, False),
    "density": ("Density", "fidelity", "maximize", (0.0, None), 0.97, -0.6, False),
    "recall": ("Recall", "variety", "maximize", (0.0, 1.0), 0.77, -0.6, False),
    "coverage": ("Coverage", "variety", "maximize", (0.0, 1.0), 0.9, -0.6, False),
    "image_text_alignment": ("Image-text alignment", "alignment", "maximize", (-1.0, 1.0), 0.41, -0.2, False),
    "finding_agreement": ("Finding agreement", "alignment", "maximize", (0.0, 1.0), 0.86, -0.25, False),
    "copy_share": ("Copies a training image", "privacy", "minimize", (0.0, 1.0), 0.12, 0.8, False),
    "authenticity": ("Authenticity", "privacy", "maximize", (0.0, 1.0), 0.83, -0.7, False),
    "closer_to_train": ("Closer to train than to real", "privacy", "minimize", (0.0, 1.0), 0.5, 0.45, False),
    "nearest_train_distance": ("Distance to nearest training image", "privacy", "maximize", (0.0, None), 1.1, -0.9, False),
    "tstr_auroc": ("TSTR AUROC", "utility", "maximize", (0.0, 1.0), 0.86, -0.2, False),
    "trtr_auroc": ("TRTR AUROC", "utility", "maximize", (0.0, 1.0), 0.87, 0.0, False),
}
PROTOCOL = ("frechet_distance", "kernel_distance", "precision", "density", "recall", "coverage", "image_text_alignment")


def film(seed: int, side: int = 128) -> np.ndarray:  # (side, side) uint8
    """Something with lungs, a heart and ribs."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]
    body = np.exp(-((x / 0.95) ** 6 + (y / 1.3) ** 6)) * 170
    for centre in (-0.42, 0.42):
        cx, cy, w, h = centre + rng.normal(0, 0.03), rng.normal(-0.08, 0.04), 0.3 + rng.normal(0, 0.02), 0.6 + rng.normal(0, 0.04)
        body -= 130 * np.exp(-((((x - cx) / w) ** 2 + ((y - cy) / h) ** 2) ** 3))
    body += 60 * np.exp(-(((x - 0.12) / (0.28 + rng.normal(0, 0.03))) ** 2 + ((y - 0.25) / 0.25) ** 2))
    body += 12 * np.cos(y * 26 + 3 * np.abs(x) + rng.normal()) * np.exp(-((x / 0.8) ** 4)) + rng.normal(0, 5, x.shape)
    return np.clip(body, 0, 255).astype(np.uint8)


def encode(pixels: np.ndarray, kind: str = "PNG") -> bytes:
    """Image file bytes."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind)
    return buffer.getvalue()


def make_table(name: str, count: int, prefix: str, seed: int) -> pd.DataFrame:
    """The table of an image set."""
    rng = np.random.default_rng(seed)
    texts = [
        "Large left pleural effusion. No pneumothorax.",
        "No acute cardiopulmonary process.",
        "Mild cardiomegaly with edema.",
        "Right lower lobe consolidation, likely pneumonia. Stable support devices.",
    ]
    table = pd.DataFrame(
        {
            "image_id": [f"{prefix}{i:05d}" for i in range(count)],
            "path": [f"{i:05d}.png" for i in range(count)],
            "digest": [f"{seed}-{i}" for i in range(count)],
            "prompt_id": "p",
            "prompt": [texts[i % 4] for i in range(count)],
            "seed": np.arange(count),
            "subject_id": [f"{prefix}s{i // 2}" for i in range(count)],
            "study_id": [f"{i}" for i in range(count)],
            "view": "PA",
        }
    )
    for finding in api.FINDINGS:
        table[finding] = (rng.random(count) < 0.2).astype(float)
    return table


def metric_of(name: str) -> Metric:
    """A metric as the registry describes it, with a function that is never called."""
    title, family, goal, bounds, _, _, log = METRICS[name]

    def function(real: Any, synthetic: Any, *, k: int = 5) -> None: ...

    return Metric(
        id=name,
        title=title,
        family=family,
        goal=goal,
        bounds=bounds,
        paper="arXiv:1706.08500",
        min_samples=10,  # type: ignore[arg-type]
        function=function,
        reads=("real", "synthetic"),
        settings=Settings,
        log_axis=log,
        summary=f"What {title} says, in one line.",
    )


class Fake:
    """A workspace in memory. `filled=False` is what a newcomer sees before anything was made."""

    def __init__(self, filled: bool = True, count: int = 60) -> None:
        self.filled, self.count = filled, count
        self.submitted: list[Any] = []
        self.cancelled: list[str] = []
        self.deleted: list[str] = []
        self.added: list[tuple[Any, ...]] = []
        self.imported: list[tuple[Any, ...]] = []
        self.projected = True
        self.numbers: list[dict[str, Any]] = []
        self.modes = ["corrected"]
        self.run_rows: list[dict[str, Any]] = []
        self.tables: dict[str, pd.DataFrame] = {}
        self.set_rows: list[dict[str, Any]] = []
        self.sources: list[api.PromptSource] = []
        self.demo_started = False
        self.held: str | None = None
        self.by_finding: tuple[str, ...] = ("copycat", "phantom-ldm", "phantom-gan")
        self.without_draws: tuple[str, ...] = ()
        if filled:
            self.fill()

    def fill(self) -> None:
        """Puts the embedded study there: two cohorts, seven synthetic sets, a run each, one failed."""
        for number, (name, kind) in enumerate((("phantom-train", "train"), ("phantom-real", "real"))):
            self.add_set(name, kind, self.count * 2, number)
        for number, generator in enumerate(GENERATORS):
            self.add_set(generator, "synthetic", self.count, 10 + number, generator)
            self.add_run(f"run-{generator}", "evaluate", generator, "done", f"id-{generator}")
        self.add_run(
            "run-broken",
            "generate",
            "broken-set",
            "failed",
            None,
            error="The weights of 'roentgen' are not here.",
            hint="Put them into the folder that its card names.",
        )

    def add_set(self, name: str, kind: str, images: int, seed: int, generator: str = "") -> None:
        self.tables[f"id-{name}"] = make_table(name, images, f"{name[:9]}-", seed)
        self.set_rows.append(
            {
                "id": f"id-{name}",
                "name": name,
                "kind": kind,
                "images": images,
                "bytes": images * 40_000,
                "created": pd.Timestamp("2026-11-20 10:00", tz="UTC"),
                "generator": generator,
                "root": f"/data/{name}",
                "prompts_are_reports": False,
                "simulated": True,
                "complete": True,
            }
        )

    def add_run(self, run_id: str, kind: str, name: str, status: str, set_id: str | None, **more: Any) -> None:
        now = pd.Timestamp.now(tz="UTC")
        self.run_rows.insert(
            0,
            {
                "id": run_id,
                "kind": kind,
                "name": name,
                "status": status,
                "progress": 1.0 if status == "done" else 0.4,
                "message": "",
                "error": "",
                "hint": "",
                "created": now,
                "started": now,
                "finished": now if status in ("done", "failed") else pd.NaT,
                "seconds": 12.0,
                "set_id": set_id,
                "eta_seconds": 8.0,
                "cancelling": False,
                "pausing": False,
                "owner": "ann",
                "priority": 0,
                "position": None,
                "starts_in": None,
                **more,
            },
        )

    # the facade

    def data_version(self) -> str:
        runs = [(r["id"], r["status"]) for r in self.run_rows]
        extra = f"{len(self.numbers)}-{self.modes}-{self.by_finding}-{self.without_draws}"
        return f"{id(self)}-{len(self.set_rows)}-{runs}-{self.projected}-{extra}"

    def metrics(self) -> dict[str, Metric]:
        return {name: metric_of(name) for name in METRICS}

    def generators(self) -> dict[str, GeneratorCard]:
        return {
            g: GeneratorCard(
                id=g,
                title=g,
                backend="diffusers",
                family="diffusion",
                summary="A small model of the simulated cohort.",
                licence="Apache-2.0",
                trained_on="10,000 simulated films",
                color=i,
                needs_train=g == "copycat",
                settings={"num_inference_steps": 20, "guidance_scale": 3.0},
            )
            for i, g in enumerate(GENERATORS)
        }

    def encoders(self) -> dict[str, EncoderCard]:
        return {
            e: EncoderCard(id=e, title=e, backend="clip", dimensions=64, licence="Apache-2.0", reads_text=e == "phantom-clip")
            for e in ("phantom-clip", "pixels", "rad-dino")
        }

    def generator_missing(self, generator_id: str) -> str | None:
        return "its weights are not on this machine" if generator_id == "phantom-vae" else None

    def encoder_missing(self, encoder_id: str) -> str | None:
        return None

    def settings_schema(self, generator_id: str) -> list[api.SettingField]:
        return [
            api.SettingField("num_inference_steps", "int", 20, 1, 200, help="Denoising steps; more is slower."),
            api.SettingField("guidance_scale", "float", 3.0, 1.0, 20.0, help="How strictly the prompt is followed."),
            api.SettingField("scheduler", "choice", "ddim", choices=("ddim", "dpm++")),
            api.SettingField("height", "int", 256, 64, 1024),
            api.SettingField("width", "int", 256, 64, 1024),
            api.SettingField("negative_prompt", "str", ""),
        ]

    def presets(self) -> dict[str, str]:
        return {f: f"Findings: {f.lower()}." for f in api.FINDINGS}

    def report_prompts(self, set_id: str, limit: int = 200) -> list[api.PromptSpec]:
        return [api.PromptSpec(text=t, source_image_id="x") for t in self.tables[set_id]["prompt"].unique()[:limit]]

    def upload(self, files: Any) -> api.Upload:
        return api.Upload(Path("/tmp/up"), Path("/tmp/up/table.csv"))

    def check_table(self, images: Path, table: Path | None, kind: Any = "real") -> api.ImportReport:
        return api.ImportReport(None, 8, ["row 3: there is no file 'a.png'", "row 7: label 'Edema' is 'yes'"])

    def import_data_set(
        self,
        name: str,
        layout: str,
        root: Path,
        kind: Any,
        *,
        copy: bool | None = None,
        skip_bad: bool = False,
        on_progress: Any = None,
        **selection: Any,
    ) -> api.ImportReport:
        self.imported.append((name, layout, str(root), kind, selection.get("split"), selection.get("view"), copy, skip_bad))
        self.add_set(name, kind, 8, 99)
        return api.ImportReport(f"id-{name}", 8, [])

    def import_images(
        self,
        name: str,
        images: Path,
        table: Path | None,
        kind: Any,
        skip_bad: bool = False,
        on_progress: Any = None,
        copy: bool | None = None,
    ) -> api.ImportReport:
        self.imported.append((name, str(images), table, kind, skip_bad, copy))
        if not skip_bad:
            raise api.TableError(
                "2 rows cannot be imported.",
                ["row 3: there is no file 'a.png'", "row 7: label 'Edema' is 'yes'"],
                "Mend them, or import the rest.",
            )
        self.add_set(name, kind, 8, 99)
        return api.ImportReport(f"id-{name}", 8, ["row 3: there is no file 'a.png'"])

    def sets(self, kind: str | None = None) -> pd.DataFrame:
        columns = ["id", "name", "kind", "images", "bytes", "created", "generator", "root", "prompts_are_reports", "simulated", "complete"]
        frame = pd.DataFrame(self.set_rows, columns=columns)
        return frame if kind is None else frame[frame["kind"] == kind].reset_index(drop=True)

    def find_set(self, name_or_id: str) -> api.ImageSet:
        for row in self.set_rows:
            if name_or_id in (row["id"], row["name"]):
                meta = {"generator": row["generator"], "settings": {"num_inference_steps": 20, "guidance_scale": 3.0}, "simulated": True}
                return api.ImageSet(row["id"], row["name"], row["kind"], Path(row["root"]), self.tables[row["id"]], meta=meta)
        raise UnknownName("set", name_or_id, [r["name"] for r in self.set_rows])

    def members(self, set_id: str, subgroup: str) -> list[str]:
        by, _, value = subgroup.partition("=")
        table = self.tables[set_id]
        return table["image_id"][table[value] == 1 if by == "finding" else table["view"] == value].tolist()

    def delete_set(self, name_or_id: str) -> None:
        self.deleted.append(name_or_id)
        self.set_rows = [r for r in self.set_rows if name_or_id not in (r["id"], r["name"])]

    def disk_use(self) -> pd.DataFrame:
        return pd.DataFrame({"what": ["images", "features", "thumbnails"], "bytes": [31_000_000, 4_000_000, 800_000]})

    def image_png(self, set_id: str, image_id: str) -> bytes:
        return encode(film(abs(hash((set_id, image_id))) % 2**31))

    def export_png(self, set_id: str, image_id: str, provenance: Any = None) -> bytes:
        return self.image_png(set_id, image_id)

    def mean_image(self, set_id: str) -> bytes:
        return encode(film(abs(hash(set_id)) % 2**31))

    def quick_mean_image(self, set_id: str) -> bytes | None:
        return self.mean_image(set_id)

    def thumbnails(self, set_id: str, image_ids: Any, side: int = 96) -> list[bytes]:
        return [encode(film(abs(hash((set_id, i))) % 2**31, side), "WEBP") for i in image_ids]

    def export_zip(self, set_id: str, image_ids: Any = None, provenance: Any = None) -> bytes:
        return b"PK"

    def read_provenance(self, png: bytes) -> dict[str, Any] | None:
        return {"generator": "phantom-gan", "prompt": "Small nodule.", "seed": 7, "settings": {"guidance_scale": 5.0}}

    def submit(self, spec: Any, priority: int | None = None, owner: str | None = None) -> str:
        self.submitted.append(spec)
        run_id = f"sub-{len(self.submitted)}"
        if isinstance(spec, api.GenerateSpec):
            self.add_set(spec.name, "synthetic", spec.count, 50 + len(self.submitted), spec.generator.id)
            self.add_run(run_id, "generate", spec.name, "running", f"id-{spec.name}")
        else:
            self.add_run(run_id, spec.kind, "work", "running", getattr(spec, "synthetic", None))
        return run_id

    def runs(self, limit: int = 200) -> pd.DataFrame:
        columns = [
            "id",
            "kind",
            "name",
            "status",
            "progress",
            "message",
            "error",
            "hint",
            "created",
            "started",
            "finished",
            "seconds",
            "set_id",
            "eta_seconds",
            "cancelling",
            "pausing",
            "owner",
            "priority",
            "position",
            "starts_in",
        ]
        return pd.DataFrame(self.run_rows[:limit], columns=columns)

    def run(self, run_id: str) -> api.Run:
        for row in self.run_rows:
            if row["id"] == run_id:
                spec = next((s for i, s in enumerate(self.submitted, 1) if f"sub-{i}" == run_id), None)
                spec = spec or api.EvaluateSpec(synthetic=row["set_id"] or "x", real="id-phantom-real", encoders=["phantom-clip"])
                total = spec.count if isinstance(spec, api.GenerateSpec) else 10
                done = total if row["status"] == "done" else total // 2
                now = time.time()
                return api.Run(
                    id=run_id,
                    kind=row["kind"],
                    name=row["name"],
                    spec=spec,
                    status=row["status"],
                    progress=row["progress"],
                    done=done,
                    total=total,
                    step=12,
                    steps=20,
                    message=row["message"],
                    error=row["error"],
                    hint=row["hint"],
                    created=now,
                    started=now,
                    finished=None,
                    seconds=3.0,
                    eta_seconds=2.0,
                    set_id=row["set_id"],
                    cancelling=False,
                    preview_png=encode(film(1)),
                    owner=row.get("owner", "ann"),
                    priority=row.get("priority", 0),
                    position=row.get("position"),
                    starts_in=row.get("starts_in"),
                )
        raise UnknownName("run", run_id, [r["id"] for r in self.run_rows])

    def cancel(self, run_id: str) -> None:
        self.cancelled.append(run_id)

    def pause(self, run_id: str) -> None:
        self._set_status(run_id, "paused")

    def resume(self, run_id: str) -> None:
        self._set_status(run_id, "queued")

    def _set_status(self, run_id: str, status: str) -> None:
        for row in self.run_rows:
            if row["id"] == run_id:
                row["status"] = status

    def set_priority(self, run_id: str, priority: int) -> None:
        for row in self.run_rows:
            if row["id"] == run_id:
                row["priority"] = priority

    def hold_queue(self, by: str | None = None) -> None:
        self.held = by or "somebody"

    def release_queue(self) -> None:
        self.held = None

    def queue_held_by(self) -> str | None:
        return self.held

    def package_sources(self) -> list[api.PromptSource]:
        return self.sources

    def package_prompts(self, source: str, limit: int = 200) -> list[api.PromptSpec]:
        return [api.PromptSpec(text="Mild edema.", labels={"Edema": 1}), api.PromptSpec(text="Normal.")]

    def runs_in_full(self, rows: pd.DataFrame) -> list[api.Run]:
        return [self.run(run_id) for run_id in rows["id"]]

    def workers(self) -> pd.DataFrame:
        columns = ["id", "device", "host", "serves", "loaded", "run_id", "run"]
        rows = [["w", "cuda:0", "here", True, ["phantom-ldm"], None, None]] if self.filled else []
        return pd.DataFrame(rows, columns=columns)

    def user_header(self) -> str:
        return ""

    def repeat(self, run_id: str, owner: str | None = None) -> str:
        self.submitted.append(("repeat", run_id))
        return run_id

    def delete_run(self, run_id: str) -> None:
        self.deleted.append(run_id)
        self.run_rows = [r for r in self.run_rows if r["id"] != run_id]

    def worker_alive(self) -> bool:
        return self.filled

    def estimate(self, generator_id: str, settings: Any, count: int) -> Estimate:
        if generator_id == "phantom-oracle":
            return Estimate(None, "nothing of it was measured here yet")
        return Estimate(0.6 * count, "at the speed measured here")

    def draft_model(self, model_id: str, fields: Any) -> tuple[str, ModelCheck]:
        if not fields.get("repo_id"):
            raise api.InputError("A model is a hub id or a folder.", "Give one of them.")
        lack = Lack("The weights of owner/name are not on this machine", "hf download owner/name")
        memory = Memory(8e9, 25e9, 14e9, "the main memory (CPU)", "counted")
        return 'title = "My model"', ModelCheck(model_id, "My model", [lack], ["No revision is pinned."], [], {}, memory)

    def add_model(self, model_id: str, fields: Any, replace: bool = False) -> Path:
        self.added.append((model_id, fields, replace))
        return Path("/cards") / f"{model_id}.toml"

    def results(self, real: str | None = None, train: str | None = None, encoder: str | None = None, synthetic: Any = None) -> pd.DataFrame:
        columns = [
            "run",
            "synthetic",
            "real",
            "train",
            "set_name",
            "generator",
            "generator_title",
            "encoder",
            "encoder_revision",
            "metric",
            "family",
            "subgroup",
            "value",
            "low",
            "high",
            "matched",
            "null",
            "null_low",
            "null_high",
            "mode",
            "settings",
            "seed",
            "version",
            "status",
            "message",
            "n_real",
            "n_synthetic",
            "n_train",
            "seconds",
            "created",
        ]
        rows = []
        for set_row in self.set_rows:
            generator = set_row["generator"]
            judged = {r["set_id"] for r in self.run_rows if r["kind"] == "evaluate" and r["status"] == "done"}
            if set_row["kind"] != "synthetic" or set_row["id"] not in judged:
                continue
            chosen = [(m, name) for m in self.modes for name in METRICS if m == "corrected" or name in PROTOCOL]
            for mode, name in chosen:
                _, family, _, _, null, slope, _ = METRICS[name]
                amount = COPYING.get(generator, 0.0) if family == "privacy" else SKILL[generator]
                value, width = null + slope * amount, abs(slope) * 0.03 + 0.01
                value = value if mode == "corrected" else round(value * 1.1, 3)
                row = {
                    "run": f"run-{generator}",
                    "synthetic": set_row["id"],
                    "real": real,
                    "train": train,
                    "set_name": set_row["name"],
                    "generator": generator,
                    "generator_title": generator,
                    "encoder": encoder,
                    "encoder_revision": "r1",
                    "metric": name,
                    "family": family,
                    "subgroup": "all",
                    "value": value,
                    "low": value - width,
                    "high": value + width,
                    "matched": value * 1.02,
                    "null": null,
                    "null_low": null - width,
                    "null_high": null + width,
                    "mode": mode,
                    "settings": {},
                    "seed": 0,
                    "version": 1,
                    "status": "ok",
                    "message": "",
                    "n_real": 120,
                    "n_synthetic": set_row["images"],
                    "n_train": 120,
                    "seconds": 0.1,
                    "created": set_row["created"],
                }
                rows.append(row)
                if set_row["name"] in self.by_finding:
                    rows += [self._of_finding(row, f, i) for i, f in enumerate(api.FINDINGS[:-1])]
        return pd.DataFrame(rows, columns=columns)

    def published(self) -> pd.DataFrame:
        return published_frame()

    def published_statements(self) -> pd.DataFrame:
        return statements_frame()

    def import_results(self, name: str, files: Any, skip_bad: bool = False) -> api.ImportReport:
        rows, problems = read_results(files)
        if problems and not skip_bad:
            raise api.TableError("1 thing is wrong; nothing was imported.", problems, "Mend it.")
        self.numbers += [{**row, "name": name, "created": pd.Timestamp("2026-11-20", tz="UTC")} for row in rows]
        return api.ImportReport(None, len(rows), problems)

    def imported_results(self) -> pd.DataFrame:
        return pd.DataFrame(self.numbers, columns=IMPORTED)

    def delete_import(self, name: str) -> None:
        self.deleted.append(name)
        self.numbers = [r for r in self.numbers if r["name"] != name]

    def _of_finding(self, row: dict[str, Any], finding: str, number: int) -> dict[str, Any]:
        """The row of a subgroup: fewer images, and a null that is worse and wider for them."""
        n = int(self.tables[row["synthetic"]][finding].to_numpy().sum())
        sign = 1 if METRICS[row["metric"]][2] == "minimize" else -1
        shift, width = sign * abs(row["null"]) * 4 / n, 3 * (row["high"] - row["value"])
        moved = {k: row[k] + shift for k in ("value", "low", "high", "matched", "null")}
        ends = {"null_low": moved["null"] - width, "null_high": moved["null"] + width}
        skipped = {"status": "skipped", "value": np.nan, "message": "synthetic has n = 3 images."} if number == 12 else {}
        return {**row, **moved, **ends, "subgroup": f"finding={finding}", "n_synthetic": n, "n_real": 2 * n, **skipped}

    def _measured(self, metrics: Any, synthetic: Any) -> dict[str, dict[str, Measurement]]:
        """Numbers with draws of the sets that have them; draw i of all has the same disturbance by the real images."""
        found: dict[str, dict[str, Measurement]] = {}
        shared = np.random.default_rng(1).normal(size=40)
        for row in self.results("r", "t", "e").query("subgroup == 'all'").to_dict("records"):
            name, metric = row["set_name"], row["metric"]
            if metric not in metrics or name in self.without_draws or (synthetic is not None and name not in synthetic):
                continue
            own = np.random.default_rng([len(name), len(metric)]).normal(size=40)
            draws = row["value"] + (row["high"] - row["value"]) / 1.96 * (0.8 * shared + 0.6 * own)
            found.setdefault(metric, {})[name] = Measurement(row["value"], row["matched"], row["null"], draws, row["n_synthetic"])
        return found

    def compare(
        self, real: str, train: str | None, encoder: str, metrics: Any = None, synthetic: Any = None, subgroup: str = "all"
    ) -> pd.DataFrame:
        rows = [
            {"metric": m, "first": a, "second": b, **difference(sets[a], sets[b], metric_of(m))}
            for m, sets in self._measured(metrics or METRICS, synthetic).items()
            for a, b in combinations(sets, 2)
        ]
        return pd.DataFrame(rows, columns=["metric", "first", "second", "difference", "low", "high", "excludes_zero", "better", "basis"])

    def pareto(self, real: str, train: str | None, encoder: str, metrics: Any, synthetic: Any = None, raw: bool = False) -> pd.DataFrame:
        found, axes = self._measured(metrics, synthetic), list(dict.fromkeys(metrics))
        names = list(found.get(axes[0], {}))
        chance = pareto_probability([[found[m][n] for m in axes] for n in names], [metric_of(m) for m in axes], raw)
        return pd.DataFrame({"set_name": names, "probability": chance, "draws": 40})

    def redundancy(self, real: str, train: str | None, encoder: str, synthetic: Any = None) -> pd.DataFrame:
        return correlations(self._measured(METRICS, synthetic), self.metrics())

    def per_image(self, synthetic: str, encoder: str, metric: str) -> pd.Series:
        return pd.Series(0.5, index=self.tables[synthetic]["image_id"])

    def neighbours(self, synthetic: str, train: str, encoder: str, k: int = 5, real: str | None = None) -> pd.DataFrame:
        if not any(r["set_id"] == synthetic and r["kind"] == "evaluate" and r["status"] == "done" for r in self.run_rows):
            raise NotPossible("The features are not there.", "Evaluate the set first.")
        rng = np.random.default_rng(3)
        ids = self.tables[synthetic]["image_id"].to_numpy()
        copying = COPYING.get(synthetic.removeprefix("id-"), 0.0)
        first = np.where(rng.random(len(ids)) < copying, rng.gamma(6, 0.05, len(ids)), rng.normal(1.0, 0.12, len(ids)))
        ratios = first[:, None] + np.cumsum(rng.gamma(2, 0.03, (len(ids), k)), axis=1)
        near = self.tables[train]["image_id"].to_numpy()[rng.integers(0, len(self.tables[train]), (len(ids), k))]
        return pd.DataFrame(
            {
                "image_id": np.repeat(ids, k),
                "rank": np.tile(np.arange(1, k + 1), len(ids)),
                "train_image_id": near.ravel(),
                "distance": ratios.ravel() * 3,
                "ratio": ratios.ravel(),
                "held_out_share": np.clip(np.repeat(first - 0.7, k), 0, 1),
            }
        )

    def held_out(self, train: str, real: str, encoder: str) -> np.ndarray:
        return np.random.default_rng(4).normal(1.05, 0.12, 2 * self.count).astype(np.float32)

    def stored_projection(self, set_ids: Any, encoder: str, seed: int = 0, limit: int = api.MAP_LIMIT) -> pd.DataFrame | None:
        return self.projection(set_ids, encoder) if self.projected else None

    def projection(self, set_ids: Any, encoder: str, seed: int = 0, limit: int = api.MAP_LIMIT) -> pd.DataFrame:
        rng = np.random.default_rng(5)
        parts = []
        for set_id in set_ids:
            row = next(r for r in self.set_rows if r["id"] == set_id)
            table = self.tables[set_id]
            far = 3 * SKILL.get(row["generator"], 0.0)
            part = pd.DataFrame(
                {
                    "x": rng.normal(far, 1.5, len(table)),
                    "y": rng.normal(0, 1, len(table)),
                    "set_id": set_id,
                    "set_name": row["name"],
                    "kind": row["kind"],
                    "generator": row["generator"],
                    "image_id": table["image_id"],
                    "prompt": table["prompt"],
                    "placed": "fitted",
                }
            )
            parts.append(pd.concat([part, table[list(api.FINDINGS)]], axis=1))
        return pd.concat(parts, ignore_index=True)

    def studies(self) -> list[api.Study]:
        return [api.Study("Simulated cohort", "id-phantom-real", "id-phantom-train", "phantom-clip")] if self.filled else []

    def demo_state(self) -> api.DemoState:
        return api.DemoState(self.filled, 9 if self.filled else 0, 9, "ready" if self.filled else "nothing made yet")

    def start_demo(self) -> None:
        self.demo_started = True

    def functions(self) -> dict[str, Any]:
        """The functions of the facade that this stands in for."""
        own = ("fill", "add_set", "add_run", "functions", "install")
        return {n: f for n, f in inspect.getmembers(self, inspect.ismethod) if not n.startswith("_") and n not in own}

    def install(self, monkeypatch: Any) -> "Fake":
        """Puts the functions in the place of the real ones for one test."""
        import streamlit as st

        st.cache_data.clear()
        for name, function in self.functions().items():
            monkeypatch.setattr(api, name, function, raising=False)
        return self
