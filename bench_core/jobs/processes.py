"""Other processes of this program, on the same workspace."""

import os
import subprocess
import sys

from bench_core.config import PROJECT, Config

_WAIT = "import sys; from bench_core import api; api.wait(sys.argv[1])"


def start_demo(config: Config) -> None:
    """Prepares the embedded study in a process that outlives this one; what it says goes to `demo.log` in the workspace."""
    with (config.home / "demo.log").open("w") as log:
        subprocess.Popen(
            [sys.executable, "-m", "bench_core", "demo"],
            env=environment_of(config),
            cwd=PROJECT,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def start_study(config: Config, key: str, toml: str) -> None:
    """Carries out a study in a process that outlives this one; its text and what it says lie in the workspace."""
    folder = config.home / "studies"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{key}.toml"
    path.write_text(toml, encoding="utf-8")
    with (folder / f"{key}.log").open("w") as log:
        subprocess.Popen(
            [sys.executable, "-m", "bench_core", "study", str(path)],
            env=environment_of(config),
            cwd=PROJECT,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def wait_elsewhere(config: Config, run_id: str) -> "subprocess.Popen[bytes]":
    """A process that waits for a run, and carries it out where no worker lives."""
    command = [sys.executable, "-c", _WAIT, run_id]
    return subprocess.Popen(command, env=environment_of(config), cwd=PROJECT)


def environment_of(config: Config) -> dict[str, str]:
    """This process's environment, with this configuration."""
    known = {"BENCH_HOME": str(config.home), "BENCH_DATABASE_URL": config.database_url, "BENCH_DEVICE": config.device}
    known |= {"BENCH_ENGINE": config.engine, "BENCH_RAY_ADDRESS": config.ray_address, "BENCH_IMAGES": config.images}
    return {**os.environ, **known, **({"BENCH_CARDS": str(config.cards)} if config.cards else {})}
