"""A report of one synthetic set, from what the workspace has: its numbers and all that is known around them."""

import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import pandas as pd

from bench_core.cards import EncoderCard
from bench_core.data import FINDINGS, ImageSet
from bench_core.engine.answers.report_images import add_images
from bench_core.engine.answers.report_numbers import families_of, numbers_of
from bench_core.engine.catalogue import encoder_card
from bench_core.engine.scoring.caveats import between_sets
from bench_core.errors import NotPossible
from bench_core.features import UNNAMED
from bench_core.handover.report.facts import EncoderFacts, SetFacts, SetReport
from bench_core.handover.report.limits import limits_of
from bench_core.records import ImportReport, Reference
from bench_core.store.workspace import Workspace

PACKAGES = ("numpy", "scipy", "torch", "scikit-learn", "pandas")


@dataclass(frozen=True)
class Asked:
    """How a report was asked for.

    Attributes:
        command: what makes it again; empty: it is written from the names of the sets.
        said: further warnings, such as those of the runs that made the numbers.
    """

    command: str = ""
    said: Sequence[str] = ()


def report_of(workspace: Workspace, synthetic: str, reference: Reference, asked: Asked) -> SetReport:
    """All that a report says; nothing is computed that takes long.

    Raises:
        UnknownName: there is no such set or encoder.
        NotPossible: the set has no numbers against this reference.
    """
    card = encoder_card(workspace.config, reference.encoder)
    names = {"synthetic": synthetic, "real": reference.real, "train": reference.train}
    sets = {role: workspace.sets.open(name) for role, name in names.items() if name}
    reference = Reference(sets["real"].id, sets["train"].id if "train" in sets else None, card.id)
    numbers, power_known = numbers_of(workspace, sets["synthetic"].id, reference)
    if not numbers:
        raise NotPossible(
            f"Set {sets['synthetic'].name!r} has no numbers against {sets['real'].name!r} in the space of {card.id!r}.",
            "Evaluate it first, or let `python -m bench_core judge` do all of it.",
        )
    facts = [_set_facts(role, images) for role, images in sets.items()]
    between = [said.removeprefix("warning: ") for said in between_sets(sets)]
    notes = [f"{one.name}: {note}" for one in facts for note in one.notes]
    found = SetReport(
        made=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", command=asked.command or _command(sets, card), program=_program(),
        encoder=_encoder_facts(card), sets=facts, numbers=numbers, families=families_of(numbers), power_known=power_known,
        warnings=list(dict.fromkeys([*between, *asked.said, *notes])),
    )  # fmt: skip
    found = add_images(workspace, found, sets, reference, card)
    return found.model_copy(update={"limits": limits_of(found)})


def _command(sets: dict[str, ImageSet], card: EncoderCard) -> str:
    import shlex

    roles = [part for role, images in sets.items() for part in (f"--{role}", images.name)]
    return shlex.join(["python", "-m", "bench_core", "judge", *roles, "--encoder", card.id, "--out", "report.html"])


def _program() -> dict[str, str]:
    found = {"Python": ".".join(map(str, sys.version_info[:3]))}
    for name in ("triadcxr", *PACKAGES):
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def _encoder_facts(card: EncoderCard) -> EncoderFacts:
    return EncoderFacts(
        id=card.id, title=card.title, revision=card.revision or "", licence=card.licence, trained_on=card.trained_on,
        bundled=card.repo_id is None and card.path is not None and card.source is not None and "bench_core" in card.source.parts,
    )  # fmt: skip


def _set_facts(role: Any, images: ImageSet) -> SetFacts:
    said = images.meta.get("imports", {}).get(images.name)
    imported = ImportReport(images.id, said["imported"], [], said["notes"], said["left_out"]) if said else None
    return SetFacts(
        role=role, name=images.name, id=images.id, images=len(images),
        patients=_patients(images.table), prompts=_different(images, "prompt"),
        simulated=bool(images.meta.get("simulated")), made_by=_made_by(images), settings=dict(images.meta.get("settings") or {}),
        imported=imported.sentence() if imported else "", notes=list(imported.notes) if imported else [], findings=_findings(images),
    )  # fmt: skip


def _patients(table: pd.DataFrame) -> int | None:
    named = table["subject_id"].dropna().astype(str) if "subject_id" in table else pd.Series([], dtype=str)
    named = named[~named.str.startswith(UNNAMED)]
    return int(named.nunique()) if len(named) else None


def _different(images: ImageSet, column: str) -> int | None:
    found = int(images.table[column].nunique()) if column in images.table else 0
    return found or None


def _made_by(images: ImageSet) -> str:
    meta = images.meta
    words = [meta.get("generator_title") or meta.get("generator"), meta.get("repo_id"), meta.get("revision")]
    return ", ".join(str(word) for word in words if word)


def _findings(images: ImageSet) -> dict[str, tuple[int, int]]:
    """Uncertain ones are not known."""
    labels = {finding: images.labels(finding) for finding in FINDINGS}
    return {f: (int((v == 1).sum()), int(((v == 0) | (v == 1)).sum())) for f, v in labels.items() if ((v == 0) | (v == 1)).any()}
