"""Names that sets and runs may have."""

import pytest

from bench_core.errors import InputError
from bench_core.store.names import checked_name


def test_spaces_at_the_ends_are_cut() -> None:
    assert checked_name("  films of May ") == "films of May"
    assert checked_name("0123456789abcde") == "0123456789abcde"  # one digit short of an id


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "a\nb", "a\x00b", "a\x7fb", "0123456789abcdef"])
def test_names_that_cannot_be_read_or_look_like_ids_are_refused(name: str) -> None:
    with pytest.raises(InputError, match="cannot be the name"):
        checked_name(name)
