"""python -m bench_core VERB."""

import gc
import sys

gc.set_threshold(100_000)  # loading packages makes hundreds of thousands of objects and no garbage: looking for it costs a tenth of a start

from bench_core.cli import main  # noqa: E402

sys.exit(main())
