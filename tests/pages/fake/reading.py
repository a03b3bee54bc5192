"""Reader studies: there are none; `tests/pages/test_reading_room.py` has a workspace of its own."""

import pandas as pd

from bench_core.frames import READER_STUDIES


class Reading:
    """The function of the facade that the page asks first."""

    def readings(self) -> pd.DataFrame:
        return READER_STUDIES.of([])
