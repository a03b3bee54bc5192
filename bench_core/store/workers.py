"""Worker processes, as the database knows them."""

import os
import socket
import time
from pathlib import Path
from typing import Any

SILENT_SECONDS = 30.0
"""A worker whose heartbeat is older is taken for dead; one on this machine whose process is gone, at once."""


def new_worker(worker: str, serves: bool, device: str) -> dict[str, Any]:
    """The row of this process."""
    now = time.time()
    return {
        "id": worker, "host": socket.gethostname(), "pid": os.getpid(), "started": now, "heartbeat": now, "serves": serves,
        "device": device, "loaded": "",
    }  # fmt: skip


def lives(worker: Any) -> bool:
    """Whether the process of that row is there."""
    if time.time() - worker["heartbeat"] > SILENT_SECONDS:
        return False
    if worker["host"] != socket.gethostname() or worker["pid"] == os.getpid():
        return True
    try:
        os.kill(worker["pid"], 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_zombie(worker["pid"])


def _is_zombie(pid: int) -> bool:
    """A killed process whose parent has not looked yet still has a number."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except (OSError, IndexError):
        return False
