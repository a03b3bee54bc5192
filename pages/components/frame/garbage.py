"""What all sessions share is set aside from the garbage collector.

Streamlit collects all garbage after every run of a script. With the modules and tables of a server that has been looked at, that takes
0.15 s of the processor, more than most pages do; once they are set aside (`gc.freeze`) it takes some milliseconds.
"""

import gc
import itertools

SETTLED = (3, 20, 100, 400)
"""After so many pages most of what was loaded since will stay: modules, models of pages, what is kept for all viewers."""
_pages = itertools.count(1)


def set_aside() -> None:
    """To be called at the end of every page."""
    if next(_pages) in SETTLED:
        gc.collect()
        gc.freeze()
