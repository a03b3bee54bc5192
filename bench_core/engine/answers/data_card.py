"""What is stored of a set, gathered for its card."""

import shlex
from collections.abc import Iterator
from contextlib import suppress

import pandas as pd

from bench_core import registry
from bench_core.cards import GeneratorCard
from bench_core.data import ImageSet
from bench_core.engine.answers.attacks import attacks
from bench_core.engine.answers.detections import detections
from bench_core.engine.answers.results import results_frame
from bench_core.engine.catalogue import encoder_card, generator_card
from bench_core.errors import BenchError, UnknownName
from bench_core.handover.card import Evidence, SetFacts, card_text
from bench_core.handover.disclosure import Level, disclosure
from bench_core.records import Reference
from bench_core.store.workspace import Workspace

RUN = "python -m bench_core"


def data_card(workspace: Workspace, images: ImageSet, level: Level | None) -> str:
    """The card of a set, with as much of prompts and names as the level allows; see `handover.disclosure`."""
    told = disclosure(workspace, images, level, True)
    generator: GeneratorCard | None = None
    if images.meta.get("generator"):
        with suppress(UnknownName):
            generator = generator_card(workspace.config, images.meta["generator"])
    with_names = told.level == "full"
    size = images.read(0).shape if len(images) else (0, 0)
    tested = list(_tested(workspace, images, with_names)) if images.kind == "synthetic" and told.level != "none" else []
    return card_text(
        SetFacts(
            images,
            images.name if with_names else images.id,
            told.patients,
            told.level,
            (size[0], size[1]),
            generator,
            registry.metrics(),
            tested,
            _again(images, with_names),
        )  # fmt: skip
    )


def _tested(workspace: Workspace, images: ImageSet, with_names: bool) -> Iterator[Evidence]:
    """By reference and mode, those with the most numbers first."""
    frame = results_frame(workspace, None, [images.id])
    frame = frame[frame["subgroup"] == "all"]
    groups = frame.groupby(["real", "train", "encoder", "mode"], dropna=False, sort=False)
    for (real, train, encoder, mode), rows in sorted(groups, key=lambda group: -len(group[1])):
        train = None if pd.isna(train) else str(train)
        reference = Reference(str(real), train, str(encoder))
        names = {role: _name(workspace, one, with_names) for role, one in (("real", reference.real), ("train", train)) if one}
        against = f"Against {_words(workspace, reference.real, 'real', with_names)}"
        against += f", training set {_words(workspace, train, 'train', with_names)}" if train else ", no training set"
        against += f"; space of {_title(workspace, reference.encoder)}" + ("" if mode == "corrected" else f"; mode {mode}")
        command = [RUN, "evaluate", "--synthetic", images.name if with_names else images.id, "--real", names["real"]]
        command += ["--train", names["train"]] if train else []
        command += ["--encoder", reference.encoder] + ([] if mode == "corrected" else ["--mode", str(mode)])
        yield Evidence(against, rows, _found(workspace, images, reference), _line(command))


def _found(workspace: Workspace, images: ImageSet, reference: Reference) -> list[str]:
    """What was found of copies and by attacks on membership, a sentence each; nothing is computed for it."""
    if reference.train is None:
        return []
    said = []
    with suppress(BenchError):
        pairs = detections(workspace, images.id, reference)
        counts = pairs[pairs["rank"] == 1]["words"].value_counts()
        exact, near = int(counts.get("exact", 0)), int(counts.get("near", 0))
        found = f"{exact:,} exact and {near:,} near copies among {len(images):,} images"
        said.append(f"Search for copies, at 1 % of accepted false flags: {found}.")
    titles = registry.attacks()
    for row in attacks(workspace, reference, images.id).to_dict("records"):
        area = f" (AUC {row['auc']:.3f} [{row['auc_low']:.3f}, {row['auc_high']:.3f}], chance 0.5)" if pd.notna(row["auc"]) else ""
        said.append(f"{titles[row['attack']].title}: {row['verdict']}{area}. {row['message']}")
    return said


def _again(images: ImageSet, with_names: bool) -> str:
    """The command that makes the set again from the table beside its images."""
    meta = images.meta
    if (part := meta.get("filter")) is not None:
        command = [RUN, "filter", "--set", str(part["parent_name"] if with_names else part["parent"]), "--kind", str(part["id"])]
        command += ["--threshold", f"{part['threshold']:g}", "--name", images.name if with_names else "again"]
        for role in ("real", "train", "encoder"):
            command += [f"--{role}", str(part[role])] if part.get(role) else []
        for name, value in (part.get("settings") or {}).items():
            command += ["--setting", f"{name}={value}"]
        return _line(command)
    if images.kind != "synthetic" or not meta.get("generator") or meta.get("imported"):
        return "It was not made here, and cannot be made again from here."
    if not with_names:
        return "Its prompts are not told here; whoever has them can make it again with the generator, settings and seeds above."
    command = [RUN, "generate", "--generator", str(meta["generator"]), "--prompts", "table.csv", "--seed", str(meta["seed"])]
    command += ["--train", str(meta["train"])] if meta.get("train") else []
    for name, value in (meta.get("settings") or {}).items():
        command += ["--set", f"{name}={value}"]
    return _line([*command, "--name", "again"])


def _line(words: list[str]) -> str:
    return f"{words[0]} {shlex.join(words[1:])}"


def _name(workspace: Workspace, set_id: str, with_names: bool) -> str:
    try:
        return workspace.sets.open(set_id).name if with_names else set_id
    except UnknownName:
        return set_id


def _words(workspace: Workspace, set_id: str, role: str, with_names: bool) -> str:
    """A set as the reader of a card knows it."""
    try:
        found = workspace.sets.open(set_id)
    except UnknownName:
        return f"{set_id} (deleted since)"
    patients = found.table["subject_id"].nunique()
    name = found.name if with_names else f"{role} images"
    return f"{name} ({len(found):,} films" + (f" of {patients:,} patients)" if patients else ")")


def _title(workspace: Workspace, encoder: str) -> str:
    try:
        return encoder_card(workspace.config, encoder).title
    except UnknownName:
        return encoder
