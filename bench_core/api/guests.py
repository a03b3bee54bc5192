"""Who uses the pages where nobody vouches for people: guests, each with a signed token in their browser."""

from __future__ import annotations

from bench_core.api.workspace import open_workspace

GUEST_LINK = "guest"
"""The parameter of an address that makes a browser be the guest whose token it carries."""


def guest_cookie() -> str:
    """Name of the cookie that holds the token of a guest; another one for each workspace, since browsers keep cookies by host alone."""
    return f"triadcxr_{open_workspace().guests.mark}"


def new_guest() -> str:
    """The token of a new guest."""
    return open_workspace().guests.token()


def guest_of(token: str) -> str | None:
    """The id of the guest whom a token names; None where it was not signed in this workspace."""
    return open_workspace().guests.guest_of(token)


def guest_token(guest: str) -> str:
    """The token of a guest, for a link that makes another browser be them."""
    return open_workspace().guests.token(guest)


def guest_name(guest: str) -> str:
    """What a guest is called; turns, quotas and who may delete a run go by names."""
    return open_workspace().guests.name_of(guest)


def rename_guest(guest: str, name: str) -> str:
    """Calls a guest by another name, their runs included; returns it as it is kept.

    Raises:
        InputError: an empty or too long name.
        NameTaken: it is somebody else's.
    """
    return open_workspace().guests.rename(guest, name)


def operator_token() -> str:
    """The token of whoever runs the site: they may stop and delete what anybody asked for."""
    from bench_core.store.guests import OPERATOR

    return guest_token(OPERATOR)
