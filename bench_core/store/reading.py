"""Reader studies: designs with their cases, readers, and a journal of answers in which no answer can stand twice.

An answer has a place: reader, position, question and part. The first one there has revision 0; a correction says which revision it
corrects, so that the same message sent twice (a double click, a second tab, a retry after the server died) is kept once.
"""

import json
import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, false, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from bench_core.errors import NameTaken, NotAllowed, UnknownName
from bench_core.store import schema
from bench_core.store.database import Database

_KEY = ("reader", "position", "question", "part")


class ReadingStore:
    """All reader studies of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, design: Mapping[str, Any], cases: Sequence[Mapping[str, Any]], owner: str) -> str:
        """Keeps a new study and returns its id.

        Raises:
            NameTaken: another study is called so.
        """
        study, studies = secrets.token_hex(6), schema.reader_studies
        with self._database.write() as connection:
            if connection.scalar(select(studies.c.id).where(studies.c.name == name)):
                raise NameTaken(f"There is a reader study {name!r} already.", "Choose another name.")
            values = {"design": json.dumps(design), "cases": json.dumps(cases), "secret": secrets.token_hex(32)}
            connection.execute(insert(studies).values(id=study, name=name, owner=owner, created=time.time(), **values))
        return study

    def studies(self) -> list[dict[str, Any]]:
        """All studies, the newest first; `design` and `cases` as they were given."""
        query = select(schema.reader_studies).order_by(schema.reader_studies.c.created.desc())
        return [_read(row, "design", "cases") for row in self._database.rows(query)]

    def study(self, name_or_id: str) -> dict[str, Any]:
        """One study.

        Raises:
            UnknownName: there is none.
        """
        studies = schema.reader_studies
        rows = self._database.rows(select(studies).where((studies.c.id == name_or_id) | (studies.c.name == name_or_id)))
        if not rows:
            names = [row["name"] for row in self._database.rows(select(studies.c.name))]
            raise UnknownName("reader study", name_or_id, names)
        return _read(next((row for row in rows if row["id"] == name_or_id), rows[0]), "design", "cases")

    def open_studies_of(self, set_id: str) -> list[str]:
        """Names of the studies that take answers and show films of a set."""
        return [
            study["name"]
            for study in self.studies()
            if study["closed"] is None and any(film["set"] == set_id for case in study["cases"] for film in case["films"])
        ]

    def close(self, study: str) -> None:
        """Takes no answer from now on; a study that is closed stays as it is."""
        studies = schema.reader_studies
        with self._database.write() as connection:
            connection.execute(update(studies).where(studies.c.id == study, studies.c.closed.is_(None)).values(closed=time.time()))

    def remove(self, study: str) -> None:
        """Deletes a study with its readers and their answers, all in one transaction."""
        self._remove(schema.reader_studies.c.id == study)

    def forget_owner(self, owner: str, since: float) -> None:
        """Deletes the studies that somebody made from that time on."""
        studies = schema.reader_studies.c
        self._remove(studies.owner == owner, studies.created >= since)

    def sweep(self) -> int:
        """Deletes readers and answers whose study is gone; how many there were."""
        return self._remove(false())

    def _remove(self, *which: ColumnElement[bool]) -> int:
        """Deletes these studies, and whatever belongs to no study; how many readers and answers went."""
        known, gone = select(schema.reader_studies.c.id), 0
        with self._database.write() as connection:
            connection.execute(delete(schema.reader_studies).where(*which))
            for table in (schema.study_answers, schema.study_readers):
                gone += connection.execute(delete(table).where(table.c.study.not_in(known))).rowcount
        return gone

    def add_reader(self, study: str, name: str, sequence: Sequence[str]) -> dict[str, Any]:
        """The reader of that name; a new one, who reads the cases in that order, where there is none yet.

        Raises:
            NotAllowed: the study is closed or was deleted, and nobody of that name is in it.
        """
        readers = schema.study_readers
        with self._database.write() as connection:
            if not connection.scalar(select(readers.c.id).where(readers.c.study == study, readers.c.name == name)):
                _check_open(connection, study)
                values = {"token": secrets.token_urlsafe(18), "sequence": json.dumps(list(sequence)), "joined": time.time()}
                connection.execute(insert(readers).values(study=study, name=name, **values))
        return next(reader for reader in self.readers(study) if reader["name"] == name)

    def readers(self, study: str) -> list[dict[str, Any]]:
        """The readers of a study, in the order in which they came."""
        readers = schema.study_readers
        return [
            _read(row, "sequence") for row in self._database.rows(select(readers).where(readers.c.study == study).order_by(readers.c.id))
        ]

    def reader_of(self, token: str) -> dict[str, Any] | None:
        """The reader whom a link names; None where it names nobody."""
        rows = self._database.rows(select(schema.study_readers).where(schema.study_readers.c.token == token))
        return _read(rows[0], "sequence") if rows else None

    def answers(self, study: str, reader: int | None = None, history: bool = False) -> list[dict[str, Any]]:
        """The answers that stand (of one reader), in the order in which their places were first answered; or every entry."""
        answers = schema.study_answers
        query = select(answers).where(answers.c.study == study).order_by(answers.c.id)
        rows = self._database.rows(query if reader is None else query.where(answers.c.reader == reader))
        if history:
            return rows
        standing: dict[tuple[Any, ...], dict[str, Any]] = {}
        for row in rows:  # a correction takes the place of what it corrects
            standing[tuple(row[name] for name in _KEY)] = row
        return list(standing.values())

    def count(self, study: str) -> dict[int, int]:
        """How many answers stand, by reader."""
        answers = schema.study_answers.c
        query = select(answers.reader, func.count()).where(answers.study == study, answers.revision == 0).group_by(answers.reader)
        with self._database.read() as connection:
            return {int(reader): int(count) for reader, count in connection.execute(query)}

    def answer(self, study: str, place: Mapping[str, Any], revision: int, values: Mapping[str, Any]) -> bool:
        """Keeps an answer at its place (reader, position, question, part); False where that revision stands already.

        Raises:
            NotAllowed: the study is closed or was deleted, or the answer corrects what is not there.
        """
        answers = schema.study_answers
        try:
            with self._database.write() as connection:
                _check_open(connection, study)
                here = [answers.c[name] == place[name] for name in _KEY]
                stands = int(connection.scalar(select(func.count()).select_from(answers).where(*here)) or 0)
                if revision < stands:
                    return False
                if revision > stands:
                    raise NotAllowed(f"There is no answer number {revision} to correct.", "Load the page again.")
                entry = {**{name: place[name] for name in _KEY}, **values, "study": study, "revision": revision}
                connection.execute(insert(answers).values(**entry, created=time.time()))
        except IntegrityError:  # another process was faster
            return False
        return True


def _check_open(connection: Any, study: str) -> None:
    """Raises unless the study takes answers; inside the transaction, so that none comes after the truth was told."""
    studies = schema.reader_studies.c
    found = connection.execute(select(studies.closed).where(studies.id == study)).first()
    if found is None:
        raise NotAllowed("This reader study was deleted.", "Ask whoever gave you the link.")
    if found.closed is not None:
        raise NotAllowed("This reader study is closed.", "Its answers are kept; no more are taken.")


def _read(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {**row, **{name: json.loads(row[name]) for name in names}}
