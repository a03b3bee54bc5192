"""What leaves with an image besides its pixels: provenance, a row of a table, identifiers; and whether it may be called synthetic."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from bench_core import __version__
from bench_core.data import FINDINGS, ImageSet
from bench_core.dicom.secondary_capture import Capture
from bench_core.errors import InputError
from bench_core.pixels.blur import blurred
from bench_core.store.image_folders import PLACE
from bench_core.store.provenance import read_provenance
from bench_core.store.sight import is_withheld, shows_patients
from bench_core.store.workspace import Workspace

Level = Literal["full", "redacted", "none"]
LEVELS: tuple[Level, ...] = get_args(Level)
FROM_REPORTS = ("prompt", "labels", "source_image_id")
"""Parts of the provenance that can stem from a report of a patient."""
PLACES = ("path", "source_path")
"""Columns that say where a film lies."""
MADE_BY = ("generator", "generator_title", "repo_id", "revision", "card", "settings", "seed")
"""Parts of a set's meta that tell of its generator, and of nobody."""
_NEUTRAL_COLUMNS = ("file", "seed")
_OWN_ID = re.compile(r"\d{6}")
SOFTWARE = f"TriadCXR {__version__}"
NOBODY = "no patient was examined for it"


@dataclass(frozen=True)
class Disclosure:
    """How much an export tells of a set's images.

    Attributes:
        level: `full` tells model, prompt, seed and settings; `redacted` leaves out what could stem from a report (prompt, labels, ids of
            sources) and of films of patients all that the table has of them; `none` tells nothing but what an image is.
        patients: whether the set shows films of patients; they are never called synthetic.
        withheld: whether pixels leave blurred, since somebody has not the role to see them.
        key: of identifiers that nobody shall trace back to a film's own.
    """

    images: ImageSet
    level: Level
    patients: bool
    withheld: bool
    key: bytes = field(repr=False)

    @property
    def synthetic(self) -> bool | None:
        """Whether an image's content was made artificially; None: by a generator that hands on films of patients."""
        if not self.patients:
            return True
        return None if self.images.kind == "synthetic" else False

    def pixels(self, row: int) -> np.ndarray:  # (H, W) uint8
        """The image as it leaves.

        Raises:
            StoreError, ImageUnreadable: see `ImageSet.read`.
        """
        return blurred(self.images.read(row)) if self.withheld else self.images.read(row)

    def provenance(self, row: int) -> dict[str, Any] | None:
        """What the image's own file says of its making, else what the set knows of it; None where nothing is or may be said."""
        if self.level == "none" or self.withheld or self.images.kind != "synthetic":
            return None
        made = read_provenance(self.images.path(row).read_bytes()) or self._known(row)
        return {k: v for k, v in made.items() if k not in FROM_REPORTS} if self.level == "redacted" else made

    def _known(self, row: int) -> dict[str, Any]:
        """Of an image that came without provenance."""
        facts = self.images.table.iloc[row]
        labels = {f: int(facts[f]) for f in FINDINGS if facts[f] == facts[f]}
        known = {k: self.images.meta.get(k) for k in MADE_BY if k != "seed"}
        known |= {"prompt": facts["prompt"], "seed": None if pd.isna(facts["seed"]) else int(facts["seed"]), "labels": labels or None}
        return {"synthetic": True, **{k: v for k, v in known.items() if isinstance(v, dict) or not blank(v)}}

    def table(self, rows: Sequence[int], files: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
        """The table that goes with the images of those rows: of each its file, what may be told of it, and hashes.

        Args:
            files: of each row what is known of the file that was written: `file`, `sha256`, `pixels`, ...
        """
        table = self.images.table.iloc[list(rows)].drop(columns=["path", "digest"]).reset_index(drop=True)
        if self.withheld:
            table = table.drop(columns=[c for c in PLACES if c in table])
        if self.level == "redacted":
            keep = [c for c in table if c in _NEUTRAL_COLUMNS or (c == "image_id" and self._ids_are_numbers())]
            table = table[keep]
        elif self.level == "none":
            table = table[[]]
        written = pd.DataFrame(list(files), columns=None if files else ["file"])
        table.insert(0, "file", written.pop("file"))
        if self.level != "none" and self.images.kind == "synthetic" and self.images.meta.get("generator"):
            settings = json.dumps(self.images.meta.get("settings") or {}, sort_keys=True)
            table = table.assign(generator=self.images.meta["generator"], settings=settings)
        whole = pd.concat([table, written.set_index(table.index)], axis=1)
        return whole.drop(columns=[c for c in whole if c != "file" and whole[c].isna().all()])

    def _ids_are_numbers(self) -> bool:
        """Whether ids are those that generation gives, which say nothing of anybody."""
        imported = self.images.kind != "synthetic" or bool(self.images.meta.get("imported"))
        return not imported and all(_OWN_ID.fullmatch(str(i)) for i in self.images.table["image_id"])

    def capture(self, row: int, number: int) -> Capture:
        """What a DICOM file of the image says; of a patient, only the set's own id for one, and that where all may be told."""
        facts, told = self.images.table.iloc[row], self.provenance(row) or {}
        full = self.level == "full" and not self.withheld
        whose = facts["subject_id"] if full and not blank(facts["subject_id"]) else None
        instance = self._name(f"{facts['image_id']}/{self.level}/{self.withheld}")
        study = instance if whose is None else self._name(f"study/{whose}/{facts['study_id']}")
        patient = f"SYN-{_short(instance if whose is None else study)}" if self.synthetic else str(whose or "")
        settings = json.dumps(told["settings"], sort_keys=True) if told.get("settings") else "as the model has them"
        return Capture(
            names=(f"instance/{instance}", f"series/{study}", f"study/{study}"),
            synthetic=self.synthetic, patient=patient, number=number,
            title=str(told.get("generator_title") or told.get("generator") or ""),
            version=str(told.get("revision") or told.get("card") or ""), origin=str(told.get("repo_id") or ""),
            derivation=self._derivation(told),
            contribution=f"seed {told['seed']}; settings {settings}" if told.get("seed") is not None else "",
            comment=str(told.get("prompt") or ""), view=str(facts["view"] or "") if full else "",
            provenance=told or None, software=("TriadCXR", __version__),
        )  # fmt: skip

    def _name(self, name: str) -> str:
        """What identifiers are made of; of films of patients with the workspace's key, unless their own ids are told anyhow."""
        name = f"{self.images.id}/{name}"
        if self.patients and self.level != "full":
            return blake2b(name.encode(), key=self.key, digest_size=16).hexdigest()
        return name

    def _derivation(self, told: Mapping[str, Any]) -> str:
        made_by = told.get("generator_title") or told.get("generator")
        if self.synthetic is False:
            how = "Film of a patient, windowed to 8 bits and written anew."
        elif self.synthetic is None:
            how = f"Made from films of patients{f' by {made_by}' if made_by else ''}: it may show one."
        elif self.images.kind != "synthetic":
            how = f"Synthetic image of a simulated patient; {NOBODY}."
        elif made_by:
            how = f"Synthetic image, drawn by {made_by} from a text; {NOBODY}."
        else:
            how = "Synthetic image; how it was made is not told here."
        return f"{how} Blurred." if self.withheld else how

    def about(self) -> dict[str, Any]:
        """What is told of the set as a whole."""
        images, full = self.images, self.level == "full"
        made = _without_place(images.meta) if full else {k: v for k, v in images.meta.items() if k in MADE_BY}
        about: dict[str, Any] = {"kind": images.kind, "images": len(images), "provenance": self.level, "synthetic": self.synthetic}
        about |= {"made_with": made, "software": SOFTWARE}
        if self.withheld:
            about["pixels"] = "blurred: films of patients are for those who have the role (BENCH_ROLES)"
        if full:
            about["name"] = images.name
            about["findings"] = [f for f in FINDINGS if images.table[f].notna().any()]
        return about


def disclosure(workspace: Workspace, images: ImageSet, level: Level | None, real_pixels: bool) -> Disclosure:
    """What may be told of a set; unless a level is named, `redacted` where prompts are reports or films show patients, else `full`.

    Raises:
        InputError: there is no such level.
    """
    patients = shows_patients(workspace.sets, images)
    if level is None:
        level = "redacted" if images.meta.get("prompts_are_reports") or patients else "full"
    if level not in LEVELS:
        raise InputError(f"Provenance {level!r} is unknown.", "Choose full, redacted or none.")
    return Disclosure(images, level, patients, is_withheld(workspace.config, images, real_pixels), workspace.patient_key())


def blank(value: Any) -> bool:
    """Whether a cell of a set's table says nothing."""
    return value is None or value == "" or bool(pd.isna(value))


def _short(name: str) -> str:
    return blake2b(name.encode(), digest_size=8).hexdigest()


def _without_place(meta: Mapping[str, Any]) -> dict[str, Any]:
    """What made a set, but not where its images are kept."""
    return {k: v for k, v in meta.items() if k not in ("root", PLACE)}
