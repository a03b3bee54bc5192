"""Numbers that were imported from other tools' result files: shown beside ours, read by no metric, deleted by the name of their import."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, select

from bench_core.errors import NameTaken, UnknownName
from bench_core.store import schema
from bench_core.store.database import Database


class ImportStore:
    """Imported numbers, by the name that the user gave the import."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Stores the rows of one import.

        Raises:
            NameTaken: an import of that name has other rows; the same rows again are left as they are.
        """
        columns = schema.imported_results.c
        with self._database.write() as connection:
            there = [dict(r) for r in connection.execute(select(schema.imported_results).where(columns.name == name)).mappings()]
            if not there:
                connection.execute(insert(schema.imported_results), [{**row, "name": name, "created": time.time()} for row in rows])
            elif [{k: r[k] for k in rows[0]} for r in there] != [dict(r) for r in rows]:
                raise NameTaken(f"There is an import named {name!r} with other numbers.", "Choose another name, or delete that one.")

    def rows(self) -> list[dict[str, Any]]:
        """All rows, in the order in which they were imported."""
        return self._database.rows(select(schema.imported_results).order_by(schema.imported_results.c.id))

    def remove(self, name: str) -> None:
        """Deletes an import.

        Raises:
            UnknownName: there is none of that name.
        """
        columns = schema.imported_results.c
        with self._database.write() as connection:
            if not connection.execute(delete(schema.imported_results).where(columns.name == name)).rowcount:
                raise UnknownName("import", name, connection.scalars(select(columns.name).distinct()))
