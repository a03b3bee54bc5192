"""Guests: people whom nobody vouches for. A signed token in their browser says which one each is; here is what they are called.

A name belongs to the guest who took it first, and so do the runs and marks under it: turns, quotas and who may delete go by names.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from bench_core.errors import InputError, NameTaken
from bench_core.store import schema
from bench_core.store.database import Database

if TYPE_CHECKING:
    from itsdangerous import Signer

LONGEST = 60
SECRET = "secret of guests"
"""State of the workspace: what tokens are signed with. Whoever has the workspace can make tokens."""
OPERATOR = "operator"
"""The guest who is whoever runs the site, under the name of the configuration."""


class GuestStore:
    """Names of guests, and the tokens that say who is one.

    Args:
        operator: what the guest OPERATOR is called.
        reserved: names that no other guest may take.
    """

    def __init__(self, database: Database, operator: str, reserved: Collection[str] = ()) -> None:
        self._database, self._operator, self._reserved = database, operator, {operator, *reserved}

    @cached_property
    def _secret(self) -> str:
        states = schema.states
        with self._database.write() as connection:
            found = connection.scalar(select(states.c.value).where(states.c.name == SECRET))
            if found is None:
                found = secrets.token_hex(32)
                connection.execute(insert(states).values(name=SECRET, value=found))
        return str(found)

    @property
    def mark(self) -> str:
        """A few letters that tell this workspace from others: browsers keep cookies by host, whatever the port."""
        return hashlib.sha256(self._secret.encode()).hexdigest()[:8]

    def token(self, guest: str | None = None) -> str:
        """The signed token of a guest; a new one where none is named."""
        return str(self._signer().sign(guest or secrets.token_hex(6)).decode())

    def guest_of(self, token: str) -> str | None:
        """The guest whom a token names; None where it was not signed here."""
        from itsdangerous import BadSignature

        try:
            return str(self._signer().unsign(token).decode())
        except (BadSignature, UnicodeDecodeError):
            return None

    def _signer(self) -> Signer:
        from itsdangerous import Signer

        return Signer(self._secret, salt="triadcxr guest", digest_method=hashlib.sha256)

    def name_of(self, guest: str) -> str:
        """What a guest is called: as they said, else `guest-` and a few letters of their own."""
        if guest == OPERATOR:
            return self._operator
        guests = schema.guests
        with self._database.read() as connection:
            found = connection.scalar(select(guests.c.name).where(guests.c.id == guest))
        return str(found or f"guest-{guest[:8]}")

    def forget(self, guest: str) -> None:
        """Takes the name off a guest, so that another one may have it."""
        with self._database.write() as connection:
            connection.execute(delete(schema.guests).where(schema.guests.c.id == guest))

    def rename(self, guest: str, name: str) -> str:
        """Calls a guest by another name, and with it the runs that they asked for and their marks; returns the name as it is kept.

        Raises:
            InputError: an empty or too long name, or that of somebody who is not a guest.
            NameTaken: it belongs to another guest, or to somebody who asked for runs or marked pairs under it.
        """
        name = " ".join(name.split())
        if not name or len(name) > LONGEST:
            raise InputError(f"The name {name[:LONGEST]!r} has {len(name)} letters.", f"Give one of 1 to {LONGEST}.")
        if guest == OPERATOR:
            raise InputError(f"You are {self._operator} by a link of this site.", "BENCH_USER says what you are called.")
        before = self.name_of(guest)
        if name == before:
            return name
        if name in self._reserved or name.startswith("guest-"):
            raise NameTaken(f"The name {name!r} is kept for somebody else.", "Choose another one.")
        guests, runs, users, marks = schema.guests, schema.runs, schema.users, schema.marks
        studies = schema.reader_studies
        with self._database.write() as connection:
            other = connection.scalar(select(guests.c.id).where(guests.c.name == name, guests.c.id != guest))
            used = (
                select(runs.c.id).where(runs.c.owner == name), select(marks.c.id).where(marks.c.author == name),
                select(studies.c.id).where(studies.c.owner == name),
            )  # fmt: skip
            if other or any(connection.scalar(query.limit(1)) for query in used):
                raise NameTaken(
                    f"Somebody else is called {name!r} here.",
                    "Choose another name; if it was you in another browser, open the link that is shown there.",
                )
            if not connection.execute(update(guests).where(guests.c.id == guest).values(name=name)).rowcount:
                connection.execute(insert(guests).values(id=guest, name=name))
            connection.execute(update(runs).where(runs.c.owner == before).values(owner=name))
            connection.execute(update(marks).where(marks.c.author == before).values(author=name))
            connection.execute(update(studies).where(studies.c.owner == before).values(owner=name))
            if connection.scalar(select(users.c.name).where(users.c.name == name)) is None:
                connection.execute(update(users).where(users.c.name == before).values(name=name))
        return name
