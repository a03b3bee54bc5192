"""Which column of a table holds what: the same words at every door that reads a table (imports, prompts, annotations).

Case, spaces, dashes and underscores do not matter: `Image Path` is `image_path`.
"""

import re
from collections.abc import Collection, Sequence
from difflib import get_close_matches

from bench_core.cells import finding_of
from bench_core.errors import TableError

MANIFEST = ("synthetic_filename", "img_savename")
"""CheXGenBench's manifests name the synthetic image so; where one of these stands, `path` is the real image's."""
FILES = (
    *MANIFEST, "path", "image_path", "file_path", "filename", "file_name", "file", "image", "image_file", "image_name", "image_index",
)  # fmt: skip
TEXTS = ("prompt", "annotated_prompt", "report", "text", "impression", "caption")
IMAGE_IDS = ("image_id", "dicom_id", "id", "sop_instance_uid")
SOURCES = ("source_image_id",)
SUBJECTS = ("subject_id", "patient_id")
STUDIES = ("study_id", "study_instance_uid")
VIEWS = ("view", "view_position")
SEXES = ("sex", "patient_sex", "gender", "patient_gender")
AGES = ("age", "patient_age")
PROMPT_IDS = ("prompt_id",)
SEEDS = ("seed",)
LABELS = ("chexpert_labels",)
"""A column whose cells are a dict of all findings; findings may also have a column each."""
_BETWEEN = re.compile(r"[\s_-]+")


def _plain(word: str) -> str:
    return _BETWEEN.sub("", word.lower())


class Columns:
    """The header of a table, asked for what its columns hold."""

    def __init__(self, table: str, header: Sequence[str]) -> None:
        self._table, self._header = table, header
        self._by_word: dict[str, list[str]] = {}
        for column in header:
            self._by_word.setdefault(_plain(column), []).append(column)

    def find(self, names: Sequence[str]) -> str | None:
        """The column of the first of those names that is there.

        Raises:
            TableError: two columns have that name, spelled differently.
        """
        for name in names:
            found = self._by_word.get(_plain(name), [])
            if len(found) > 1:
                raise TableError(
                    f"{self._table}: columns {found[0]!r} and {found[1]!r} have one meaning.", [], "Rename or remove one of them."
                )
            if found:
                return found[0]
        return None

    def need(self, names: Sequence[str], what: str) -> str:
        """As `find`, where the table is of no use without it.

        Raises:
            TableError: it is not there; lists the names that are understood, and the one that comes nearest.
        """
        found = self.find(names)
        if found is None:
            spellings = {_plain(n): n for n in names}
            near = next(((c, close[0]) for c in self._header if (close := get_close_matches(_plain(c), list(spellings), 1, 0.75))), None)
            nearest = f" Is {near[0]!r} meant? Call it {spellings[near[1]]!r}." if near else ""
            raise TableError(
                f"{self._table} has no column with {what}.", [f"columns are: {', '.join(self._header)[:300]}"],
                f"Name one of: {', '.join(names)}.{nearest}",
            )  # fmt: skip
        return found

    def findings(self) -> dict[str, str]:
        """The finding of every column that is named after one."""
        return {column: finding for column in self._header if (finding := finding_of(column))}

    def unread(self, used: Collection[str | None]) -> list[str]:
        """The columns that are none of these and no finding; pandas' index is none."""
        known = {*used, *self.findings()}
        return [column for column in self._header if column not in known and not column.startswith("Unnamed:")]
