"""A PostgreSQL server for one test session: Debian's, in a folder of its own, reached through a socket; gone when the session ends."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDERS = "/usr/lib/postgresql"
ACCOUNT = "postgres"
"""Debian's package makes it. The server refuses to run as root."""


def why_not() -> str | None:
    """Why no server can be started here; None when one can."""
    if os.environ.get("BENCH_TEST_POSTGRES"):
        return None
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return "psycopg is not installed"
    if _binaries() is None:
        return f"there is no PostgreSQL in {FOLDERS}: apt-get install postgresql"
    if os.geteuid() == 0 and not _has_account():
        return f"PostgreSQL does not run as root and there is no account {ACCOUNT!r}"
    return None


def _binaries() -> Path | None:
    found = sorted(Path(FOLDERS).glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]) if p.parts[-3].isdigit() else 0)
    return found[-1].parent if found else None


def _has_account() -> bool:
    try:
        pwd.getpwnam(ACCOUNT)
    except KeyError:
        return False
    return True


@contextmanager
def server() -> Iterator[str]:
    """The URL of a running server: the one that BENCH_TEST_POSTGRES names, else one that is started here."""
    named = os.environ.get("BENCH_TEST_POSTGRES")
    if named:
        yield named
        return
    binaries = _binaries()
    assert binaries is not None
    home = Path(tempfile.mkdtemp(prefix="bench-pg-"))  # a short path: that of a socket has 107 characters at most
    account = pwd.getpwnam(ACCOUNT) if os.geteuid() == 0 else None
    if account:
        os.chown(home, account.pw_uid, account.pw_gid)

    def run(program: str, *arguments: str) -> None:
        command = [str(binaries / program), *arguments]
        more = {"user": account.pw_uid, "group": account.pw_gid} if account else {}
        subprocess.run(command, check=True, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, timeout=120, **more)  # type: ignore[call-overload]

    try:
        run("initdb", "-D", f"{home}/data", "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions")
        options = f"-k {home} -c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=16MB"
        run("pg_ctl", "-D", f"{home}/data", "-l", f"{home}/log", "-w", "-t", "60", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://bench@/postgres?host={home}"
        finally:
            run("pg_ctl", "-D", f"{home}/data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)
