"""The form of an import."""

from typing import Any

import pytest

from bench_core import api
from tests.pages.conftest import Opener
from tests.pages.fake import Fake


@pytest.mark.parametrize("copy", [True, False])
def test_images_of_a_folder_are_copied_unless_told_to_stay(
    filled: Fake, open_page: Opener, monkeypatch: pytest.MonkeyPatch, copy: bool
) -> None:
    given: list[Any] = []

    def import_images(*words: Any) -> api.ImportReport:
        given.append(words)
        return api.ImportReport("id-mine", 8, [])

    monkeypatch.setattr(api, "import_images", import_images)
    at = open_page("data", tab="Import")
    at.segmented_control(key="import-where").set_value("Folder on the server").run()
    at.text_input(key="import-name").set_value("mine").run()
    at.text_input(key="import-folder").set_value("/data/films").run()
    assert at.checkbox(key="import-copy-own").value is True
    at.checkbox(key="import-copy-own").set_value(copy).run()
    next(b for b in at.button if b.label == "Import").click().run()
    assert given[-1][-1] is copy
