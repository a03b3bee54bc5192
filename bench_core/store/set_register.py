"""The register of image sets: their names, and what the database says of them. Files are `image_sets`'s."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select, update

from bench_core.errors import NameTaken, StoreError, UnknownName
from bench_core.files import locked, remove_folder
from bench_core.store import schema
from bench_core.store.database import Database
from bench_core.store.drafts import journal_rows, meta_of
from bench_core.store.image_folders import RemoteFolder, folder_of
from bench_core.store.set_imports import change_imports

ID = re.compile(r"[0-9a-f]{16}")


class SetRegister:
    """Names of sets, which are aliases of ids."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self._database = database

    def home_of(self, set_id: str) -> Path:
        """The folder of a set, whether it is there or not.

        Raises:
            StoreError: the id is not one of ours.
        """
        if not ID.fullmatch(set_id):
            raise StoreError(f"{set_id!r} is no id of an image set.")
        return self.folder / set_id

    def find(self, name_or_id: str) -> str:
        """The id of the set of that name or id, also of one that is being made.

        Raises:
            UnknownName: there is none; offers the closest one.
        """
        with self._database.read() as connection:
            named = connection.scalar(select(schema.set_names.c.set_id).where(schema.set_names.c.name == name_or_id))
            if named:
                return str(named)
            if ID.fullmatch(name_or_id) and (self.home_of(name_or_id)).is_dir():
                return name_or_id
            raise UnknownName("image set", name_or_id, connection.scalars(select(schema.set_names.c.name)))

    def names_of(self, set_id: str) -> list[str]:
        """The names of a set, in alphabetical order."""
        query = select(schema.set_names.c.name).where(schema.set_names.c.set_id == set_id).order_by(schema.set_names.c.name)
        return [row["name"] for row in self._database.rows(query)]

    def claim_name(self, name: str, set_id: str) -> None:
        """Gives a name to a set that may not be there yet.

        Raises:
            NameTaken: the name belongs to another set that has images, or that is being made.
        """
        names, runs = schema.set_names, schema.runs
        with self._database.write() as connection:
            owner = connection.scalar(select(names.c.set_id).where(names.c.name == name))
            if owner == set_id:
                return
            if owner is not None:
                active = select(runs.c.id).where(
                    runs.c.set_id == owner, runs.c.images > 0, runs.c.status.in_(("queued", "running", "paused"))
                )
                if self._has_images(owner) or connection.scalar(active.limit(1)):
                    raise NameTaken(
                        f"The name {name!r} belongs to another request.",
                        "Choose another name, or delete that set first. The same name goes on only with the very same request.",
                    )
                connection.execute(update(names).where(names.c.name == name).values(set_id=set_id))
                return
            connection.execute(insert(names).values(name=name, set_id=set_id))

    def release_name(self, name: str) -> list[str]:
        """Takes a name off its set where the set has others; returns those. The last one stays: it goes with the set (`remove`)."""
        names = schema.set_names
        with self._database.write() as connection:
            set_id = connection.scalar(select(names.c.set_id).where(names.c.name == name))
            others = connection.scalars(select(names.c.name).where(names.c.set_id == set_id, names.c.name != name).order_by(names.c.name))
            left = [str(other) for other in others]
            if left:
                connection.execute(delete(names).where(names.c.name == name))
                change_imports(connection, str(set_id), lambda imports: imports.pop(name, None))
        return left

    def keep_import(self, set_id: str, name: str, said: Mapping[str, Any]) -> None:
        """Keeps what the import said that gave the set this name; that of other names stays."""
        with self._database.write() as connection:
            change_imports(connection, set_id, lambda imports: imports.update({name: dict(said)}))

    def release_unused_names(self, set_id: str) -> None:
        """Frees the names of a set that never got an image."""
        if not self._has_images(set_id):
            self.remove_objects(set_id)
            with self._database.write() as connection:
                connection.execute(delete(schema.set_names).where(schema.set_names.c.set_id == set_id))
            remove_folder(self.home_of(set_id))

    def _has_images(self, set_id: str) -> bool:
        home = self.home_of(set_id)
        return (home / "table.parquet").exists() or bool(journal_rows(home))

    def forget(self, set_id: str, named: str | None = None) -> bool:
        """Takes a set out of the register, so that nobody finds it any more and its folder is an orphan; returns whether it did.

        Args:
            named: it stays where it has got another name than this one meanwhile; None: it goes with all of its names.
        """
        names = schema.set_names
        with locked(self._lock_of(set_id)), self._database.write() as connection:
            if named is not None:
                connection.execute(delete(names).where(names.c.name == named, names.c.set_id == set_id))
                if connection.scalar(select(names.c.name).where(names.c.set_id == set_id).limit(1)):
                    return False
            connection.execute(delete(names).where(names.c.set_id == set_id))
            connection.execute(delete(schema.image_sets).where(schema.image_sets.c.id == set_id))
        return True

    def _lock_of(self, set_id: str) -> Path:
        return self.folder / f".{set_id}.lock"

    def remove_objects(self, set_id: str) -> None:
        """Deletes the image files of a set that lie below a URL; does nothing for other sets.

        Raises:
            MissingPackage, StoreError: the place cannot be used now. Nothing else is deleted yet: the set can be deleted later.
        """
        home = self.home_of(set_id)
        registered = self._database.rows(select(schema.image_sets.c.meta).where(schema.image_sets.c.id == set_id))
        folder = folder_of(home, json.loads(registered[0]["meta"]) if registered else meta_of(home))
        if isinstance(folder, RemoteFolder):
            folder.remove()
