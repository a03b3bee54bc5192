"""What a declared frame is: its columns, and a way to give any rows those columns and dtypes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import pandas as pd

Dtype = Literal["str", "object", "bool", "int64", "Int64", "float32", "float64", "datetime64[ns, UTC]"]
TEXT: Dtype = "str"
"""Text that is always there."""
TEXT_OR_NONE: Dtype = "object"
MAPPING: Dtype = "object"
LIST: Dtype = "object"
FLAG: Dtype = "bool"
COUNT: Dtype = "int64"
COUNT_OR_NA: Dtype = "Int64"
FLOAT: Dtype = "float64"
"""NaN where there is no number."""
FLOAT32: Dtype = "float32"
TIME: Dtype = "datetime64[ns, UTC]"
"""NaT where it has not come yet."""


@dataclass(frozen=True)
class Column:
    """One column of a frame."""

    name: str
    dtype: Dtype
    meaning: str


@dataclass(frozen=True)
class Frame:
    """The columns of one frame, in order.

    Attributes:
        more: what further columns hold, where their names depend on the data; their dtypes stay as they come. Empty: there are none.
    """

    columns: tuple[Column, ...]
    more: str = ""

    @property
    def names(self) -> list[str]:
        """The names of the columns, in order."""
        return [c.name for c in self.columns]

    @property
    def dtypes(self) -> dict[str, Dtype]:
        """dtype by name of the column."""
        return {c.name: c.dtype for c in self.columns}

    def of(self, rows: pd.DataFrame | Sequence[Mapping[str, Any]]) -> pd.DataFrame:
        """These rows with the declared columns in their order, each in its dtype; what else the rows hold is left out, unless `more`.

        Times may be given as seconds since the epoch.

        Raises:
            KeyError: the rows lack a column.
        """
        found = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows))
        if found.empty and not len(found.columns):
            found = pd.DataFrame(columns=self.names)
        lacking = [name for name in self.names if name not in found]
        if lacking:
            raise KeyError(f"rows without {', '.join(lacking)}")
        index = found.index if len(found) else pd.RangeIndex(0)
        frame = pd.DataFrame({c.name: _typed(found[c.name], c.dtype) for c in self.columns}, index=index)
        further = [c for c in found.columns if c not in self.dtypes] if self.more else []
        return pd.concat([frame, found[further]], axis=1) if further else frame

    def with_columns(self, *columns: Column) -> "Frame":
        """This frame with further columns at its end."""
        return replace(self, columns=(*self.columns, *columns))


def _typed(values: pd.Series, dtype: Dtype) -> pd.Series:
    if dtype == "object":  # a text that is not known is None, whatever pandas made of it
        return values.astype(object).where(values.notna(), None)
    if dtype == TIME and not isinstance(values.dtype, pd.DatetimeTZDtype):
        return pd.to_datetime(values.astype(float), unit="s", utc=True).astype(TIME)
    return values.astype(dtype)
