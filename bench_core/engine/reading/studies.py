"""Reader studies from their creation to their close."""

from collections.abc import Mapping, Sequence
from typing import Any

from bench_core.data import ImageSet
from bench_core.engine.reading.cases import choose_cases, sequence_of
from bench_core.engine.reading.design import ReadingDesign, asked_of
from bench_core.engine.reading.films import side_of
from bench_core.engine.requests.ownership import may_change
from bench_core.errors import InputError, NotAllowed
from bench_core.frames import READER_STUDIES, STUDY_READERS
from bench_core.records import ReadingDeletion
from bench_core.store.workspace import Workspace

LONGEST_NAME = 60


def create_study(workspace: Workspace, design: ReadingDesign, owner: str) -> str:
    """Chooses and reads all films of a study, and keeps it; returns its id.

    Raises:
        UnknownName: there is no such set.
        InputError: a set is of another kind, or has too few films; NameTaken: another study has that name.
        StoreError, ImageUnreadable: a film is gone or cannot be decoded.
    """
    kinds = design.kinds
    real = _set_of(workspace, design.real, ("real", "train")) if "real" in kinds else None
    synthetic = [_set_of(workspace, name, ("synthetic",)) for name in design.synthetic] if "synthetic" in kinds else []
    if len({images.id for images in synthetic}) < len(synthetic):
        raise InputError("Two of the synthetic sets are one set with two names.", "Name each once.")
    cases = choose_cases(design, real, synthetic)
    side = side_of(workspace, cases)
    kept = design.model_copy(update={"name": " ".join(design.name.split())})
    return workspace.reading.add(kept.name, {**kept.model_dump(), "side": side}, cases, owner)


def _set_of(workspace: Workspace, name: str, kinds: Sequence[str]) -> ImageSet:
    images = workspace.sets.open(name)
    if images.kind not in kinds:
        raise InputError(f"Set {images.name!r} is of {images.kind} images.", f"Choose one of {' or '.join(kinds)} images.")
    return images


def design_of(study: Mapping[str, Any]) -> ReadingDesign:
    """The design as it was asked for."""
    return ReadingDesign.model_validate({name: value for name, value in study["design"].items() if name in ReadingDesign.model_fields})


def answers_asked(study: Mapping[str, Any]) -> int:
    """How many answers a reader gives in all."""
    return len(study["cases"]) * len(asked_of(design_of(study)))


def invite(workspace: Workspace, name_or_id: str, reader: str) -> str:
    """The token of a reader's link; a name that is in the study already keeps its own.

    Raises:
        UnknownName: there is no such study.
        InputError: the name is empty or too long.
        NotAllowed: the study is closed.
    """
    reader = " ".join(reader.split())
    if not reader or len(reader) > LONGEST_NAME:
        raise InputError(f"The name {reader[:LONGEST_NAME]!r} of a reader has {len(reader)} letters.", f"Give one of 1 to {LONGEST_NAME}.")
    study = workspace.reading.study(name_or_id)
    return str(workspace.reading.add_reader(study["id"], reader, sequence_of(design_of(study), study["cases"], reader))["token"])


def close_study(workspace: Workspace, name_or_id: str, by: str | None = None) -> None:
    """Takes no more answers; the truth may be told from now on. A closed study stays closed.

    Args:
        by: who wants it; None: the command line, which may do everything.

    Raises:
        UnknownName: there is no such study.
        NotAllowed: it is somebody else's.
    """
    study = _changeable(workspace, name_or_id, by)
    workspace.reading.close(study["id"])


def _changeable(workspace: Workspace, name_or_id: str, by: str | None) -> Mapping[str, Any]:
    """The study, if `by` may change it."""
    study = workspace.reading.study(name_or_id)
    if not may_change(workspace, study["owner"], by):
        raise NotAllowed(f"{study['name']} is a study of {study['owner']}, and you are {by}.", "Ask them, or whoever runs this site.")
    return study


def deletion_of_study(workspace: Workspace, name_or_id: str) -> ReadingDeletion:
    """What `delete_study` would delete now.

    Raises:
        UnknownName: there is no such study.
    """
    study = workspace.reading.study(name_or_id)
    rows, counts = readers_table(workspace, study["id"]).to_dict("records"), workspace.reading.count(study["id"])
    begun = {reader["name"] for reader in workspace.reading.readers(study["id"]) if counts.get(reader["id"])}
    closed = study["closed"] is not None
    within = [f"{row['reader']} ({row['done']} of {row['cases']})" for row in rows if row["reader"] in begun and not row["finished"]]
    return ReadingDeletion(study["name"], len(rows), sum(counts.values()), closed, () if closed else tuple(within))


def delete_study(workspace: Workspace, name_or_id: str, by: str | None = None) -> ReadingDeletion:
    """Deletes a study with its readers, their links and all answers; the films stay.

    Args:
        by: who wants it; None: the command line, which may do everything.

    Raises:
        UnknownName: there is no such study.
        NotAllowed: it is somebody else's.
        InputError: it is open, and somebody is in the middle of it.
    """
    study = _changeable(workspace, name_or_id, by)
    plan = deletion_of_study(workspace, study["id"])
    if plan.reading:
        are = "is" if len(plan.reading) == 1 else "are"
        raise InputError(
            f"{' and '.join(plan.reading)} {are} in the middle of the reader study {plan.name!r}.",
            "Close the study first: then no answer is taken any more.",
        )
    workspace.reading.remove(study["id"])
    return plan


def studies_table(workspace: Workspace) -> Any:
    """`frames.READER_STUDIES`: all studies, the newest first."""
    rows = []
    for study in workspace.reading.studies():
        readers, counts = workspace.reading.readers(study["id"]), workspace.reading.count(study["id"])
        wanted = answers_asked(study)
        rows.append(
            {
                "id": study["id"], "name": study["name"], "owner": study["owner"], "created": study["created"], "closed": study["closed"],
                "questions": ", ".join(study["design"]["questions"]), "cases": study["design"]["cases"], "readers": len(readers),
                "finished": sum(counts.get(reader["id"], 0) >= wanted for reader in readers), "answers": sum(counts.values()),
            }
        )  # fmt: skip
    return READER_STUDIES.of(rows)


def readers_table(workspace: Workspace, name_or_id: str) -> Any:
    """`frames.STUDY_READERS`: the readers of a study with their links and how far they are.

    Raises:
        UnknownName: there is no such study.
    """
    study = workspace.reading.study(name_or_id)
    counts, wanted = workspace.reading.count(study["id"]), answers_asked(study)
    each = len(asked_of(design_of(study)))
    rows = [
        {
            "reader": reader["name"], "token": reader["token"], "done": counts.get(reader["id"], 0) // each, "cases": wanted // each,
            "finished": counts.get(reader["id"], 0) >= wanted, "joined": reader["joined"],
        }
        for reader in workspace.reading.readers(study["id"])
    ]  # fmt: skip
    return STUDY_READERS.of(rows)
