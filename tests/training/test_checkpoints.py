"""Where training keeps its checkpoints."""

import subprocess
import sys
from pathlib import Path

from bench_core.config import PROJECT, Config


def test_training_keeps_its_checkpoints_where_the_configuration_says(tmp_path: Path) -> None:
    assert Config.from_environment({}).checkpoints == PROJECT / "checkpoints"
    given = {"BENCH_CHECKPOINTS": str(tmp_path)}
    assert Config.from_environment(given).checkpoints == tmp_path
    program = "from bench_core.training.recipe import Run; print(Run('phantom-clip', 8).folder)"
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, env=given, capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()) == tmp_path / "phantom-clip"
