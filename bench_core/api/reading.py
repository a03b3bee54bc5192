"""Reader studies: blinded reading of films by people, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bench_core.api.workspace import open_workspace
from bench_core.records import ReadingDeletion

if TYPE_CHECKING:
    import pandas as pd

    from bench_core.engine.reading.design import ReadingDesign
    from bench_core.readers.analysis import ReaderStatistics


def reading_design(**asked: Any) -> ReadingDesign:
    """The design of a reader study, checked; keywords are the fields of `ReadingDesign`.

    Raises:
        SettingError: a field is unknown or its value cannot be.
    """
    from bench_core.engine.reading.design import ReadingDesign
    from bench_core.settings_model import check

    found = check(ReadingDesign, asked, "A reader study")
    assert isinstance(found, ReadingDesign)
    return found


def create_reading(design: ReadingDesign, owner: str | None = None) -> str:
    """Chooses the films of a reader study and keeps it; returns its id. Every film is read once, to see that it can be.

    Args:
        owner: who makes it; the user of the configuration where nobody is named.

    Raises:
        UnknownName: there is no such set.
        InputError: a set is of another kind or too small, or another study has the name.
        StoreError, ImageUnreadable: a film is gone or cannot be decoded.
    """
    from bench_core.engine.reading.studies import create_study

    workspace = open_workspace()
    return create_study(workspace, design, workspace.config.user if owner is None else owner)


def readings() -> pd.DataFrame:
    """`frames.READER_STUDIES`: all reader studies, the newest first."""
    from bench_core.engine.reading.studies import studies_table

    frame: pd.DataFrame = studies_table(open_workspace())
    return frame


def reading_design_of(study: str) -> ReadingDesign:
    """The design of a study.

    Raises:
        UnknownName: there is no such study.
    """
    from bench_core.engine.reading.studies import design_of

    return design_of(open_workspace().reading.study(study))


def readers_of(study: str) -> pd.DataFrame:
    """`frames.STUDY_READERS`: the readers of a study, how far each is, and the token of each one's link (`/read/TOKEN`).

    Raises:
        UnknownName: there is no such study.
    """
    from bench_core.engine.reading.studies import readers_table

    frame: pd.DataFrame = readers_table(open_workspace(), study)
    return frame


def invite_reader(study: str, reader: str) -> str:
    """The token of the link of a reader, who is new or was in the study already.

    Raises:
        UnknownName: there is no such study.
        InputError: the name is empty or too long.
        NotAllowed: the study is closed.
    """
    from bench_core.engine.reading.studies import invite

    return invite(open_workspace(), study, reader)


def close_reading(study: str, by: str | None = None) -> None:
    """Takes no more answers; answers can be exported with the truth from now on. It cannot be opened again.

    Args:
        by: who wants it; None: the command line, which may do everything.

    Raises:
        UnknownName: there is no such study.
        NotAllowed: it is somebody else's.
    """
    from bench_core.engine.reading.studies import close_study

    close_study(open_workspace(), study, by)


def deletion_of_reading(study: str) -> ReadingDeletion:
    """What `delete_reading` would delete now; nothing is deleted.

    Raises:
        UnknownName: there is no such study.
    """
    from bench_core.engine.reading.studies import deletion_of_study

    return deletion_of_study(open_workspace(), study)


def delete_reading(study: str, by: str | None = None) -> ReadingDeletion:
    """Deletes a reader study with its readers, their links and all answers; the films stay.

    Args:
        by: who wants it; None: the command line, which may do everything.

    Raises:
        UnknownName: there is no such study.
        NotAllowed: it is somebody else's.
        InputError: it is open, and somebody is in the middle of it.
    """
    from bench_core.engine.reading.studies import delete_study

    return delete_study(open_workspace(), study, by)


def reading_answers(study: str, history: bool = False) -> pd.DataFrame:
    """`frames.ANSWERS`: the answers of a study that stand, with `history` also those that were corrected later.

    As long as the study is open, nothing in it says what a film is.

    Raises:
        UnknownName: there is no such study.
    """
    from bench_core.engine.reading.answers import answers_table

    return answers_table(open_workspace(), study, history)


def reading_statistics(study: str) -> ReaderStatistics:
    """Accuracy, areas, agreement, ratings and trends of a closed study, with a methods paragraph.

    Raises:
        UnknownName: there is no such study.
        NotAllowed: it is open.
        InputError: nobody has answered anything.
    """
    from bench_core.engine.reading.results import study_statistics

    return study_statistics(open_workspace(), study)


def reading_remarks(study: str) -> pd.DataFrame:
    """`frames.REMARKS`: free texts and marks of a closed study by case and reader, and where the marks lie beside known masks.

    Raises:
        UnknownName: there is no such study.
        NotAllowed: it is open.
    """
    from bench_core.engine.reading.remarks import remarks_table

    return remarks_table(open_workspace(), study)


def marks_within(remarks: pd.DataFrame) -> pd.DataFrame:
    """`frames.MARKS_WITHIN` of such a table: how many marks lie in the masks, with exact intervals, beside chance."""
    from bench_core.readers.marks_within import marks_within

    return marks_within(remarks)


def reading_against_metrics(study: str) -> pd.DataFrame:
    """`frames.HUMAN_METRICS`: what people say of films and generators, against the numbers that are stored of them.

    Raises:
        UnknownName: there is no such study.
        NotAllowed: it is open.
    """
    from bench_core.engine.reading.results import people_against_metrics

    return people_against_metrics(open_workspace(), study)


def reading_state(token: str, real_pixels: bool = True) -> dict[str, Any]:
    """What the browser of a reader shows; see `engine.reading.answering.state_of`.

    Args:
        real_pixels: whether the visitor may see films of patients (see `sees_real`).

    Raises:
        UnknownName: the link names nobody.
        NotAllowed: the study has films of patients, and the visitor may not see them.
    """
    from bench_core.engine.reading.answering import state_of

    _admit(token, real_pixels)
    return state_of(open_workspace(), token)


def reading_film(token: str, slot: str, number: int, real_pixels: bool = True) -> bytes:
    """A film as a reader gets it, in the format of the viewer: all of a study have equally many bytes, and nothing says what they are.

    Raises:
        UnknownName: the link or the case names nothing.
        NotAllowed: it is not the turn of that case, the study is closed, or the visitor may not see films of patients.
    """
    from bench_core.engine.reading.answering import film_for

    _admit(token, real_pixels)
    return film_for(open_workspace(), token, slot, number)


def keep_answer(token: str, sent: Mapping[str, Any], real_pixels: bool = True) -> dict[str, Any]:
    """Keeps an answer of a reader once, however often it is sent; see `engine.reading.answering.keep_answer`.

    Raises:
        UnknownName: the link or the case names nothing.
        InputError: the answer is none, or it is not the turn of the case.
        NotAllowed: the study is closed, or the visitor may not see films of patients.
    """
    from bench_core.engine.reading.answering import keep_answer

    _admit(token, real_pixels)
    return keep_answer(open_workspace(), token, sent)


def _admit(token: str, real_pixels: bool) -> None:
    """Lets nobody read a part of a study: films that are blurred for one reader would tell what they are."""
    from bench_core.engine.reading.answering import shows_patients
    from bench_core.errors import NotAllowed

    workspace = open_workspace()
    if workspace.config.sees_real is not None and not real_pixels and shows_patients(workspace, token):
        raise NotAllowed(
            "This study shows films of patients, and you may not see those.", "Whoever runs the site says who may (BENCH_ROLES)."
        )
