"""Many viewers at once: how long pages take, and what they cost the server.

    python benchmarks/viewers.py [--viewers 50] [--think 25] [--minutes 3] [--busy] [--loads 350]

Starts the pages of the current workspace (`BENCH_HOME`; `python -m bench_core demo` makes the embedded study) on a port of its own, and
viewers that open a page over the WebSocket as a browser does, wait until its script has finished, and think. A wait counts from opening the
connection; parts of a page that load later by themselves are not in it. `--busy` runs a worker that generates meanwhile. Then so many loads
follow one after the other, while nobody else looks, for the memory of the server and the processor time of a page.
"""

import argparse
import asyncio
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from pages.components.frame.menu import MENU  # noqa: E402

PAGES = tuple(name for pages in MENU.values() for name, *_ in pages)
LONGEST = 120.0
"""Seconds after which a wait is given up, and counted as that long."""


@dataclass
class Site:
    """The running pages."""

    port: int
    process: "subprocess.Popen[bytes]"
    waits: dict[str, list[float]] = field(default_factory=dict)
    failures: int = 0

    def processor_seconds(self) -> float:
        """What the server has used of the processors."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def megabytes(self) -> float:
        """The memory that the server holds."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    async def look(self, page: str) -> float:
        """Opens a page in a session of its own; returns the seconds until its script has finished."""
        from streamlit.proto.BackMsg_pb2 import BackMsg
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
        from websockets.asyncio.client import connect

        began = time.monotonic()
        asked = BackMsg()
        asked.rerun_script.page_name = page
        address = f"ws://127.0.0.1:{self.port}/_stcore/stream"
        try:
            async with asyncio.timeout(LONGEST), connect(address, max_size=None, origin=f"http://127.0.0.1:{self.port}") as line:
                await line.send(asked.SerializeToString())
                async for data in line:
                    told = ForwardMsg.FromString(data if isinstance(data, bytes) else data.encode())
                    if told.WhichOneof("type") == "script_finished" and told.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                        break
        except (OSError, TimeoutError):
            self.failures += 1
            return LONGEST
        return time.monotonic() - began


async def _view(site: Site, think: float, until: float, seed: int) -> None:
    """One viewer: a page, a pause, the next page."""
    hand = random.Random(seed)
    await asyncio.sleep(hand.uniform(0, think))
    while time.monotonic() < until:
        page = hand.choice(PAGES)
        site.waits.setdefault(page, []).append(await site.look(page))
        await asyncio.sleep(hand.expovariate(1 / think))


async def _crowd(site: Site, viewers: int, think: float, seconds: float) -> None:
    until = time.monotonic() + seconds
    await asyncio.gather(*(_view(site, think, until, seed) for seed in range(viewers)))


async def _loads(site: Site, count: int) -> tuple[float, list[float]]:
    """Seconds of processor time a page, and the memory before, half-way and after."""
    memory, before = [site.megabytes()], site.processor_seconds()
    for number in range(count):
        await site.look(PAGES[number % len(PAGES)])
        if number in (count // 2, count - 1):
            memory.append(site.megabytes())
    return (site.processor_seconds() - before) / max(1, count), memory


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start_site(stack: ExitStack) -> Site:
    port = _free_port()
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(PROJECT / "app.py"),
        "--server.port",
        str(port),
        "--server.address",
        "127.0.0.1",
    ]
    process = stack.enter_context(subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
    stack.callback(process.terminate)
    return Site(port, process)


def _start_work(stack: ExitStack) -> None:
    """A worker that has more to generate than there is time."""
    from bench_core import api

    prompts = [api.PromptSpec(text="Small left pleural effusion.")]
    spec = api.GenerateSpec(name=f"viewers {time.time():.0f}", generator=api.Choice(id="phantom-ldm"), prompts=prompts, count=20_000)
    run_id = api.submit(spec)
    stack.callback(api.cancel, run_id)
    worker = stack.enter_context(subprocess.Popen([sys.executable, "-m", "bench_core", "worker"], cwd=PROJECT, stderr=subprocess.DEVNULL))
    stack.callback(worker.terminate)


async def _warm(site: Site) -> None:
    """Waits for the server, and opens every page once: what is kept for all viewers is then there."""
    for _ in range(240):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", site.port)
        except OSError:
            await asyncio.sleep(0.5)
            continue
        writer.close()
        break
    for page in PAGES:
        await site.look(page)


def table(site: Site, cost: float, memory: Sequence[float]) -> list[str]:
    """The lines of the report."""
    every = [wait for waits in site.waits.values() for wait in waits]
    lines = ["| page | loads | p50, s | p95, s |", "| --- | --- | --- | --- |"]
    rows = [*sorted(site.waits.items()), ("all", every)]
    lines += [f"| {name or 'overview'} | {len(w)} | {np.quantile(w, 0.5):.2f} | {np.quantile(w, 0.95):.2f} |" for name, w in rows if w]
    held = ", ".join(f"{megabytes:.0f}" for megabytes in memory)
    return [
        *lines,
        "",
        f"processor time of a page: {cost:.2f} s; memory of the server before, half-way, after: {held} MB; failed: {site.failures}",
    ]


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--viewers", type=int, default=50)
    parser.add_argument("--think", type=float, default=25.0, help="mean seconds between two pages of a viewer")
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--busy", action="store_true", help="a worker generates meanwhile")
    parser.add_argument("--loads", type=int, default=350, help="loads one after the other, for memory and processor time")
    options = parser.parse_args()
    with ExitStack() as stack:
        site = _start_site(stack)
        asyncio.run(_warm(site))
        with ExitStack() as meanwhile:
            if options.busy:
                _start_work(meanwhile)
            site.waits.clear()
            asyncio.run(_crowd(site, options.viewers, options.think, 60 * options.minutes))
        cost, memory = asyncio.run(_loads(site, options.loads))
        sys.stdout.write("\n".join(table(site, cost, memory)) + "\n")


if __name__ == "__main__":
    main()
