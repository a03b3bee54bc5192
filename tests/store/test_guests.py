"""Guests keep a name; nobody takes another's."""

import pytest

from bench_core import api
from bench_core.errors import InputError, NameTaken
from bench_core.store.guests import OPERATOR, GuestStore
from bench_core.store.workspace import Workspace
from tests.fakes import request


def test_a_token_names_a_guest_in_its_own_workspace_only(workspace: Workspace):
    guests = GuestStore(workspace.database, "runner")
    token = guests.token()
    guest = guests.guest_of(token)
    assert guest and guests.guest_of(guests.token(guest)) == guest
    assert guests.guest_of(token + "x") is guests.guest_of("") is guests.guest_of(guest) is None
    assert GuestStore(workspace.database, "runner").guest_of(token) == guest, "the secret is kept"
    assert guests.token() != token


def test_a_new_name_takes_the_runs_along(workspace: Workspace):
    guests = workspace.guests
    before = guests.name_of("aaaaaa1")
    assert before == "guest-aaaaaa"
    run_id = api.submit(request(), owner=before)
    assert guests.rename("aaaaaa1", "  Ann   B ") == "Ann B" == guests.name_of("aaaaaa1")
    assert api.run(run_id).owner == "Ann B"
    assert guests.rename("aaaaaa1", "Ann") == "Ann" == api.run(run_id).owner


def test_a_name_of_somebody_else_is_refused(workspace: Workspace):
    guests = GuestStore(workspace.database, "runner", ["chief"])
    guests.rename("aaaaaa1", "Ann")
    api.submit(request(), owner="cora@site")
    for taken in ("Ann", "runner", "chief", "cora@site", "guest-aaaaaa"):
        with pytest.raises(NameTaken):
            guests.rename("bbbbbb1", taken)
    for wrong in ("", "   ", "x" * 61):
        with pytest.raises(InputError, match="letters"):
            guests.rename("bbbbbb1", wrong)
    with pytest.raises(InputError, match="BENCH_USER"):
        guests.rename(OPERATOR, "Ann B")
    assert guests.name_of(OPERATOR) == "runner" and guests.name_of("bbbbbb1") == "guest-bbbbbb"
