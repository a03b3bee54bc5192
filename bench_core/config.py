"""Where things are: the workspace folder, the database, the device, the user's cards. Read once, passed on."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench_core.errors import InputError

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Config:
    """One configuration. Tests make their own; the app and the command line read it from the environment.

    Attributes:
        home: workspace folder; everything that TriadCXR writes lies below it.
        database_url: SQLAlchemy URL; SQLite inside `home` unless set.
        device: `auto`, `cpu`, `cuda` or `cuda:N`.
        cards: folder with the user's own cards (`generators/*.toml`, `encoders/*.toml`), if any.
        host, port: where the app listens.
    """

    home: Path
    database_url: str
    device: str = "auto"
    cards: Path | None = None
    host: str = "127.0.0.1"
    port: int = 8501

    @staticmethod
    def from_environment(environment: Mapping[str, str] | None = None) -> "Config":
        """Reads `BENCH_HOME`, `BENCH_DATABASE_URL`, `BENCH_DEVICE`, `BENCH_CARDS`, `BENCH_HOST` and `BENCH_PORT`.

        Raises:
            InputError: a value cannot be used; the message names the variable.
        """
        env = os.environ if environment is None else environment
        home = Path(env.get("BENCH_HOME") or PROJECT / "workspace").expanduser().resolve()
        cards = Path(env["BENCH_CARDS"]).expanduser().resolve() if env.get("BENCH_CARDS") else None
        if cards is not None and not cards.is_dir():
            raise InputError(f"BENCH_CARDS is {str(cards)!r}, which is not a folder.", "Create it or unset the variable.")
        port = env.get("BENCH_PORT") or "8501"
        if not port.isdigit() or not 0 < int(port) < 65536:
            raise InputError(f"BENCH_PORT is {port!r}.", "Give a number from 1 to 65535.")
        device = env.get("BENCH_DEVICE") or "auto"
        if device not in ("auto", "cpu", "cuda") and not device.startswith("cuda:"):
            raise InputError(f"BENCH_DEVICE is {device!r}.", "Use auto, cpu, cuda or cuda:N.")
        return Config(
            home=home,
            database_url=env.get("BENCH_DATABASE_URL") or f"sqlite:///{home / 'bench.sqlite'}",
            device=device,
            cards=cards,
            host=env.get("BENCH_HOST") or "127.0.0.1",
            port=int(port),
        )

    @property
    def card_folder(self) -> Path:
        """Where the user's own cards lie: `cards`, or a folder of the workspace."""
        return self.cards or self.home / "cards"

    def torch_device(self) -> str:
        """The device that torch shall use: `cuda` when `device` is `auto` and a GPU is there, else `cpu`."""
        if self.device != "auto":
            return self.device
        import torch

        return "cuda" if torch.cuda.is_available() else "cpu"
