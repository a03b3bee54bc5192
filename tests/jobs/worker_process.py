"""A worker process that knows the tiny generator: python -m tests.jobs.worker_process HOME CARDS DATABASE_URL."""

import os
import sys
from pathlib import Path

from bench_core import api
from bench_core.config import Config
from tests.fakes import install

if __name__ == "__main__":
    os.fsync = lambda _file: None  # it may be killed, and the power stays on
    home, cards = map(Path, sys.argv[1:3])
    install(cards)
    api.open_workspace(Config(home=home, database_url=sys.argv[3], device="cpu", cards=cards, images=os.environ.get("BENCH_IMAGES", "")))
    api.work()
