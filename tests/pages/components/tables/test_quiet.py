"""A small table in HTML: every cell and heading is text."""

import numpy as np
import pandas as pd
from streamlit.testing.v1 import AppTest


def shown(table: pd.DataFrame) -> pd.DataFrame:
    def page(table):  # type: ignore[no-untyped-def]
        from pages.components.tables.quiet import quiet_table

        quiet_table(table, "Numbers")

    at = AppTest.from_function(page, default_timeout=240, kwargs={"table": table}).run()
    assert not at.exception
    return at.table[0].value


def test_words_are_text_and_numbers_are_told() -> None:
    table = pd.DataFrame({"set": ["![x](http://a)", "plain"], "n: images": np.array([1200, 3]), "value": [0.25, np.nan]})
    found = shown(table)
    assert list(found.columns) == ["set", "n\\: images", "value"]
    assert found["set"].tolist() == ["\\!\\[x\\]\\(http\u2060\\://a\\)", "plain"]
    assert found["n\\: images"].tolist() == ["1,200", "3"]
    assert found["value"].tolist() == ["0.25", "–"]
