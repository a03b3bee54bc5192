"""Marks: what people say of pairs of a synthetic and a training image. A journal: a later mark of a pair stands beside the earlier ones.

Two people who mark one pair at the same moment both stay in it; the last one stands. A mark that is taken back is an entry, too.
"""

import time
from typing import Any

from sqlalchemy import delete, func, insert, or_, select

from bench_core.errors import UnknownName
from bench_core.store import schema
from bench_core.store.database import Database

TAKEN_BACK = ""
"""The mark of an entry by which a pair has none any more."""


class MarkStore:
    """All marks of a workspace, by the ids of sets and images."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, synthetic: str, image_id: str, train: str, train_image_id: str, *, mark: str, author: str) -> None:
        """Enters a mark; the same mark by the same person again, while it stands, changes nothing.

        Raises:
            UnknownName: a set was deleted meanwhile.
        """
        marks, sets = schema.marks.c, schema.image_sets.c
        pair = {"synthetic": synthetic, "image_id": image_id, "train": train, "train_image_id": train_image_id}
        with self._database.write() as connection:
            there = set(connection.scalars(select(sets.id).where(sets.id.in_((synthetic, train)))))
            for set_id in (synthetic, train):
                if set_id not in there:
                    raise UnknownName("finished image set", set_id, connection.scalars(select(schema.set_names.c.name)))
            same = [marks[name] == value for name, value in pair.items()]
            last = connection.execute(select(marks.mark, marks.author).where(*same).order_by(marks.id.desc()).limit(1)).first()
            if (last.mark if last else TAKEN_BACK) == mark and (mark == TAKEN_BACK or (last and last.author == author)):
                return
            connection.execute(insert(schema.marks).values(**pair, mark=mark, author=author, created=time.time()))

    def rows(self, synthetic: str | None = None, train: str | None = None) -> list[dict[str, Any]]:
        """All entries (of these sets), in the order in which they were made."""
        query = select(schema.marks).order_by(schema.marks.c.id)
        for column, value in ((schema.marks.c.synthetic, synthetic), (schema.marks.c.train, train)):
            query = query if value is None else query.where(column == value)
        return self._database.rows(query)

    def count(self, set_id: str) -> int:
        """How many entries go with a set."""
        with self._database.read() as connection:
            return int(connection.scalar(select(func.count()).select_from(schema.marks).where(_about(set_id))) or 0)

    def forget_set(self, set_id: str) -> None:
        """Deletes all entries about images of a set."""
        with self._database.write() as connection:
            connection.execute(delete(schema.marks).where(_about(set_id)))

    def forget_author(self, author: str, since: float) -> None:
        """Deletes the entries that somebody made from that time on."""
        marks = schema.marks.c
        with self._database.write() as connection:
            connection.execute(delete(schema.marks).where(marks.author == author, marks.created >= since))


def _about(set_id: str) -> Any:
    return or_(schema.marks.c.synthetic == set_id, schema.marks.c.train == set_id)
