"""Image sets, their pictures, imports, prompts."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench_core import api
from bench_core.dicom.film import plain_film
from bench_core.errors import UnknownName
from bench_core.frames import DISK_USE, SETS
from bench_core.pixels.films import packed
from bench_core.store.image_sets import with_all_columns
from tests.handover.report.reports import a_report
from tests.pages.fake.pictures import encode, film, seed_of
from tests.pages.fake.state import State


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
    return with_all_columns(table)


class Sets(State):
    """The functions of the facade about image sets."""

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
                "generator": generator or None,
                "root": f"/data/{name}",
                "prompts_are_reports": False,
                "simulated": True,
                "complete": True,
            }
        )

    def sets(self, kind: str | None = None) -> pd.DataFrame:
        frame = SETS.of(self.set_rows)
        return frame if kind is None else frame[frame["kind"] == kind].reset_index(drop=True)

    def find_set(self, name_or_id: str) -> api.ImageSet:
        for row in self.set_rows:
            if name_or_id in (row["id"], row["name"]):
                meta = {"generator": row["generator"], "settings": {"num_inference_steps": 20, "guidance_scale": 3.0}, "simulated": True}
                return api.ImageSet(row["id"], row["name"], row["kind"], Path(row["root"]), self.tables[row["id"]], meta=meta)
        raise UnknownName("set", name_or_id, [r["name"] for r in self.set_rows])

    def import_of(self, name: str) -> api.ImportReport | None:
        return api.ImportReport("id", 8, [], ["2 films are nearly one grey."], {"TIFF": 12, "dead link(s)": 3}) if name == "mine" else None

    def members(self, set_id: str, subgroup: str) -> list[str]:
        by, _, value = subgroup.partition("=")
        table = self.tables[set_id]
        return table["image_id"][table[value] == 1 if by == "finding" else table["view"] == value].tolist()

    def deletion_of(self, name_or_id: str) -> api.Deletion:
        row = next(r for r in self.set_rows if name_or_id in (r["id"], r["name"]))
        others = [r["name"] for r in self.set_rows if r["id"] == row["id"] and name_or_id not in (r["id"], r["name"])]
        return api.Deletion(row["id"], name_or_id, others, row["images"], row["bytes"], 12)

    def delete_set(self, name_or_id: str) -> api.Deletion:
        plan = self.deletion_of(name_or_id)
        self.deleted.append(name_or_id)
        self.set_rows = [r for r in self.set_rows if name_or_id not in (r["id"], r["name"])]
        return plan

    def disk_use(self) -> pd.DataFrame:
        used = {"images": 31_000_000, "features": 4_000_000, "thumbnails": 800_000}
        return DISK_USE.of([{"what": what, "bytes": size} for what, size in used.items()])

    def report_prompts(self, set_id: str, limit: int = 200) -> list[api.PromptSpec]:
        return [api.PromptSpec(text=t, source_image_id="x") for t in self.tables[set_id]["prompt"].unique()[:limit]]

    def image_png(self, set_id: str, image_id: str, real_pixels: bool = False) -> bytes:
        return encode(film(seed_of(set_id, image_id)))

    def film(self, set_id: str, image_id: str, about: Any, layer: str = "", beside: Any = None, real_pixels: bool = False) -> bytes:
        return packed(plain_film(film(seed_of(set_id, image_id, layer))), about)

    def sees_real(self, names: Any) -> bool:
        return True

    def is_withheld(self, set_id: str, real_pixels: bool = False) -> bool:
        return False

    def layers(self, set_id: str, image_id: str) -> list[str]:
        return ["heart"]

    def export_png(self, set_id: str, image_id: str, provenance: Any = None, real_pixels: bool = False) -> bytes:
        return self.image_png(set_id, image_id)

    def mean_image(self, set_id: str, real_pixels: bool = False) -> bytes:
        return encode(film(seed_of(set_id)))

    def quick_mean_image(self, set_id: str, real_pixels: bool = False) -> bytes | None:
        return self.mean_image(set_id)

    def thumbnails(self, set_id: str, image_ids: Any, side: int = 96, real_pixels: bool = False) -> list[bytes]:
        return [encode(film(seed_of(set_id, i), side), "WEBP") for i in image_ids]

    def export_zip(self, set_id: str, image_ids: Any = None, provenance: Any = None, real_pixels: bool = False, form: str = "png") -> bytes:
        return b"PK"

    def export_rules(self, name_or_id: str) -> api.ExportRules:
        synthetic = self.find_set(name_or_id).kind == "synthetic"
        return api.ExportRules(not synthetic, synthetic, "full" if synthetic else "redacted")

    def card(self, name_or_id: str, provenance: Any = None) -> str:
        return "# Card"

    def set_report(self, synthetic: str, reference: Any, command: str = "", said: Any = ()) -> Any:
        return a_report(synthetic)

    def set_report_html(self, found: Any, real_pixels: bool = False, patients: bool = True) -> str:
        return f"report on {found.set_of('synthetic').name}"

    def read_provenance(self, data: bytes) -> dict[str, Any] | None:
        return {"generator": "phantom-gan", "prompt": "Small nodule.", "seed": 7, "settings": {"guidance_scale": 5.0}}

    roots: tuple[Path, ...] = (Path("/data"),)

    def data_roots(self) -> tuple[Path, ...]:
        return self.roots

    def path_for_pages(self, typed: str) -> Path:
        return Path(typed)

    def import_upload(self, name: str, files: Any, kind: Any, skip_bad: bool = False, on_progress: Any = None) -> api.ImportReport:
        return self.import_images(name, Path("/tmp/up"), Path("/tmp/up/table.csv"), kind, skip_bad, on_progress, True)

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
        return api.ImportReport(f"id-{name}", 8, ["row 3: there is no file 'a.png'"], [], {"missing file(s)": 1, "TIFF": 12})

    def package_sources(self) -> list[api.PromptSource]:
        return self.sources

    def package_prompts(self, source: str, limit: int = 200) -> list[api.PromptSpec]:
        return [api.PromptSpec(text="Mild edema.", labels={"Edema": 1}), api.PromptSpec(text="Normal.")]
