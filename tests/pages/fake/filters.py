"""What filters leave."""

import pandas as pd

from bench_core.frames import FILTER_LOG
from tests.pages.fake.state import State


class Filters(State):
    """The functions of the facade about filters."""

    def filter_log(self, name_or_id: str) -> pd.DataFrame:
        return FILTER_LOG.of([])
