"""Where things are: the workspace folder, the database, the device, the user's cards. Read once, passed on."""

import ctypes
import importlib.util
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path

from bench_core.errors import InputError

PROJECT = Path(__file__).resolve().parent.parent
"""The folder that `bench_core/` lies in: the project or, where it is installed, the packages of an environment."""
_INSTALLED = Path(__file__).resolve().parent / "site"
SITE = _INSTALLED if (_INSTALLED / "app.py").is_file() else PROJECT
"""Where `app.py` and `pages/` lie: at the top of the project or, installed, inside of the package (see setup.py)."""
LOOPBACK = ("127.0.0.1", "::1")
_DEVICE = re.compile(r"cpu|cuda(:\d+)?")


def _kept(env: Mapping[str, str]) -> Path:
    """Where things are kept unless a variable says otherwise: in the project or, where that is an environment, the user's own folder."""
    if SITE == PROJECT:
        return PROJECT
    return Path(env.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "triadcxr"


def _whole_number(env: Mapping[str, str], name: str, least: int = 1) -> int | None:
    text = env.get(name)
    if not text:
        return None
    if not text.isdigit() or int(text) < least:
        raise InputError(f"{name} is {text!r}.", f"Give a whole number from {least}, or unset the variable.")
    return int(text)


def _names(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in (env.get(name) or "").split(",") if part.strip())


def _folders(env: Mapping[str, str], name: str) -> tuple[Path, ...]:
    found = tuple(Path(part).expanduser() for part in _names(env, name))
    for folder in found:
        if not folder.is_absolute() or not folder.is_dir():
            raise InputError(f"{name} holds {str(folder)!r}, which is not a folder.", "Give whole paths with commas: /data/films,/models.")
    return tuple(folder.resolve() for folder in found)


def _roles(env: Mapping[str, str]) -> tuple[str, ...] | None:
    text = env.get("BENCH_ROLES")
    if text is None:
        return None
    role, sign, names = text.partition("=")
    if role.strip() != "real" or not sign:
        raise InputError(
            f"BENCH_ROLES is {text!r}.",
            "Give those who may see films of patients: real=anna@clinic.example,*@radiology.example (real= for nobody), or unset it.",
        )
    return tuple(part.strip() for part in names.split(",") if part.strip())


def _networks(env: Mapping[str, str]) -> tuple[str, ...]:
    found = _names(env, "BENCH_PROXIES") or LOOPBACK
    for one in found:
        try:
            ip_network(one, strict=False)
        except ValueError:
            raise InputError(f"BENCH_PROXIES holds {one!r}.", "Give addresses or networks with commas: 10.0.0.5,192.168.1.0/24.") from None
    return found


def check_url(url: str) -> None:
    """Looks whether images can be put below a URL; an empty one is fine.

    Raises:
        InputError: it names no protocol or no place, holds credentials (they would be stored and shown), a relative path or a wildcard.
    """
    protocol, separator, place = url.partition("://")
    hidden, at, host = (place if separator else url).rpartition("@")
    if at and ":" in hidden:
        raise InputError(f"BENCH_IMAGES holds a password: ***@{host}.", "Leave it out: fsspec reads credentials from the environment.")
    shown = re.split("[?#]", url)[0]  # a query may be a signature
    if odd := set(url) & set("*?[]{}#\\"):
        raise InputError(f"BENCH_IMAGES is {shown!r} with {' '.join(sorted(odd))} in it.", "Give a plain folder: no query and no wildcard.")
    if url and not (separator and place and re.fullmatch(r"[a-z][a-z0-9+.-]*", protocol)):
        raise InputError(f"BENCH_IMAGES is {url!r}, which is no URL.", "Give one such as s3://bucket/folder or file:///mnt/folder.")
    if protocol in ("file", "local") and not place.startswith("/"):
        raise InputError(f"BENCH_IMAGES is {url!r}, a relative path.", f"Give the whole one: {protocol}:///mnt/folder.")


@dataclass(frozen=True)
class Quota:
    """What one user of a shared queue may ask for; None is no limit.

    Attributes:
        runs: runs that have not ended, at a time.
        images: images to make, in 24 hours.
    """

    runs: int | None = None
    images: int | None = None


@dataclass(frozen=True)
class Config:
    """One configuration. Tests make their own; the app and the command line read it from the environment.

    Attributes:
        home: workspace folder; everything that TriadCXR writes lies below it.
        database_url: SQLAlchemy URL; SQLite inside `home` unless set.
        device: `auto`, `cpu`, `cuda`, `cuda:N`, or several with commas: `serve` starts a worker for each (`auto`: for each GPU).
        cards: folder with the user's own cards (`generators/*.toml`, `encoders/*.toml`), if any.
        weights: folder with encoder weights that the user brings, one folder per card id; `weights` inside `home` unless set.
        remote_code: whether cards that ask for it may run Python code that comes with a checkpoint.
        host, port: where the app listens.
        user: who asks for runs where nobody says who it is (the command line).
        admins: who may stop and delete runs of others; `user` always may.
        quota: what each user may ask for.
        user_header: header in which a trusted proxy says who is using the pages.
        proxies: addresses or networks from which that header is believed.
        hosts: names by which the pages may be asked for, besides addresses, `localhost` and the name of the machine; `*.` stands for any.
        sees_real: names (`*` stands for any part) of those who may see whole films of patients; None: everybody may.
        idle_seconds: a worker that had nothing to do for so long lets go of its models and of the GPU's memory.
        readers: processes that decode images ahead of an encoder; 1 is threads, 0 as it suits the machine.
        engine: `local`, or `ray`: shards of runs go to the cluster at `ray_address`.
        data_roots: folders of the server that pages may read, with all below them; none: pages read no path that somebody types.
        images: fsspec URL below which the images of generated sets are put; empty: inside `home`.
        checkpoints: folder in which training keeps what it needs to go on.
        kiosk_seconds: after so long without a touch a visit at a screen that anybody may use has ended; None: there is no such screen.
        arithmetic: the one that networks are trained in, such as `bf16+channels_last`; empty: the fastest here, measured.

    Raises:
        InputError: `images` is no URL that can be kept, see `check_url`.
    """

    home: Path
    database_url: str
    device: str = "auto"
    cards: Path | None = None
    weights: Path | None = None
    remote_code: bool = False
    host: str = "127.0.0.1"
    port: int = 8501
    user: str = "local"
    admins: tuple[str, ...] = ()
    quota: Quota = Quota()
    user_header: str = ""
    proxies: tuple[str, ...] = LOOPBACK
    hosts: tuple[str, ...] = ()
    sees_real: tuple[str, ...] | None = None
    idle_seconds: float = 300.0
    readers: int = 0
    engine: str = "local"
    ray_address: str = ""
    data_roots: tuple[Path, ...] = ()
    images: str = ""
    checkpoints: Path = PROJECT / "checkpoints"
    arithmetic: str = ""
    kiosk_seconds: int | None = None

    def __post_init__(self) -> None:
        check_url(self.images)

    @staticmethod
    def from_environment(environment: Mapping[str, str] | None = None) -> "Config":
        """Reads the variables `BENCH_...` that the README's table of settings lists.

        Raises:
            InputError: a value cannot be used; the message names the variable.
        """
        env = os.environ if environment is None else environment
        home = Path(env.get("BENCH_HOME") or _kept(env) / "workspace").expanduser().resolve()
        cards = Path(env["BENCH_CARDS"]).expanduser().resolve() if env.get("BENCH_CARDS") else None
        if cards is not None and not cards.is_dir():
            raise InputError(f"BENCH_CARDS is {str(cards)!r}, which is not a folder.", "Create it or unset the variable.")
        trust = env.get("BENCH_TRUST_REMOTE_CODE") or "0"
        if trust not in ("0", "1"):
            raise InputError(f"BENCH_TRUST_REMOTE_CODE is {trust!r}.", "Use 1 to allow it, 0 or nothing not to.")
        port = env.get("BENCH_PORT") or "8501"
        if not port.isdigit() or not 0 < int(port) < 65536:
            raise InputError(f"BENCH_PORT is {port!r}.", "Give a number from 1 to 65535.")
        device = env.get("BENCH_DEVICE") or "auto"
        if device != "auto" and not all(_DEVICE.fullmatch(part.strip()) for part in device.split(",")):
            raise InputError(f"BENCH_DEVICE is {device!r}.", "Use auto, cpu, cuda or cuda:N, or several with commas: cuda:0,cuda:1.")
        engine = env.get("BENCH_ENGINE") or "local"
        if engine not in ("local", "ray"):
            raise InputError(f"BENCH_ENGINE is {engine!r}.", "Use local or ray.")
        return Config(
            home=home,
            database_url=env.get("BENCH_DATABASE_URL") or f"sqlite:///{home / 'bench.sqlite'}",
            device=device,
            cards=cards,
            weights=Path(env["BENCH_WEIGHTS"]).expanduser().resolve() if env.get("BENCH_WEIGHTS") else None,
            remote_code=trust == "1",
            host=env.get("BENCH_HOST") or "127.0.0.1",
            port=int(port),
            user=(env.get("BENCH_USER") or env.get("USER") or "local").strip()[:120],
            admins=_names(env, "BENCH_ADMINS"),
            quota=Quota(_whole_number(env, "BENCH_QUOTA_RUNS"), _whole_number(env, "BENCH_QUOTA_IMAGES")),
            user_header=env.get("BENCH_USER_HEADER") or "",
            proxies=_networks(env),
            hosts=_names(env, "BENCH_HOSTS"),
            sees_real=_roles(env),
            idle_seconds=float(_whole_number(env, "BENCH_IDLE_SECONDS") or 300),
            readers=_whole_number(env, "BENCH_READERS", 0) or 0,
            engine=engine,
            ray_address=env.get("BENCH_RAY_ADDRESS") or "",
            data_roots=_folders(env, "BENCH_DATA_ROOTS"),
            images=(env.get("BENCH_IMAGES") or "").strip().rstrip("/"),
            checkpoints=Path(env.get("BENCH_CHECKPOINTS") or _kept(env) / "checkpoints").expanduser().resolve(),
            arithmetic=env.get("BENCH_ARITHMETIC") or "",
            kiosk_seconds=_whole_number(env, "BENCH_KIOSK_SECONDS", 20),
        )

    def weights_folder(self) -> Path:
        """Where encoder weights that the user brings lie: `<card id>/` inside."""
        return self.weights or self.home / "weights"

    @property
    def card_folder(self) -> Path:
        """Where the user's own cards lie: `cards`, or a folder of the workspace."""
        return self.cards or self.home / "cards"

    def torch_device(self) -> str:
        """The device that torch shall use: `cuda` when `device` is `auto` and a GPU is there, else `cpu`."""
        if self.device != "auto":
            return self.device.split(",")[0].strip()
        if not _gpu_can_be():
            return "cpu"
        import torch

        return "cuda" if torch.cuda.is_available() else "cpu"


def _gpu_can_be() -> bool:
    """Whether it is worth asking torch, which takes seconds to load: not where it was built for processors, or no driver is there."""
    found = importlib.util.find_spec("torch")
    version = Path(found.origin).with_name("version.py") if found and found.origin else None
    if version is None or not version.is_file():
        return True  # torch itself says what is wrong
    built_for = re.findall(r"^(cuda|hip)\b[^=\n]*= *(\S+)", version.read_text(encoding="utf-8"), re.MULTILINE)
    kinds = {name for name, value in built_for if value != "None"}
    return bool(kinds) and (kinds != {"cuda"} or _has_driver())


def _has_driver() -> bool:
    try:
        ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return False
    return True
