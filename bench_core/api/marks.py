"""Marks: what people say of a synthetic image beside a training image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench_core.api.workspace import open_workspace

if TYPE_CHECKING:
    import pandas as pd


def mark(synthetic: str, image_id: str, train: str, train_image_id: str, mark: str | None, author: str | None = None) -> None:
    """Says of a pair that it is a `copy`, the `same patient` or `harmless`; None takes that back. Earlier marks stay in the history.

    Args:
        author: who says so; the user of the configuration where nobody is named.

    Raises:
        UnknownName: there is no such set or image.
        InputError: there is no such mark, or the set is none of synthetic images.
    """
    from bench_core.engine.answers.marks import mark_pair

    workspace = open_workspace()
    by = workspace.config.user if author is None else author
    mark_pair(workspace, synthetic, train, (image_id, train_image_id), mark, by)


def marks(synthetic: str | None = None, train: str | None = None, history: bool = False) -> pd.DataFrame:
    """`frames.MARKS`: the marks that stand (of these sets); with `history` also those that later ones changed or took back.

    Raises:
        UnknownName: there is no such set.
    """
    from bench_core.engine.answers.marks import marks_table

    return marks_table(open_workspace(), synthetic, train, history)
