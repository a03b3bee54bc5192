"""Files stay in their folder."""

import pytest

from bench_core.errors import InputError
from bench_core.store.files import inside


@pytest.mark.parametrize("path", ["../x.png", "/etc/passwd", "a/../../x", "a\x00b"])
def test_paths_stay_inside(tmp_path, path):
    (tmp_path / "in").mkdir()
    with pytest.raises(InputError):
        inside(tmp_path / "in", path)


def test_links_that_leave_the_folder_are_refused(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.png").write_bytes(b"x")
    (tmp_path / "in" / "link.png").symlink_to(tmp_path / "secret.png")
    with pytest.raises(InputError):
        inside(tmp_path / "in", "link.png")
