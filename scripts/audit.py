"""What is publicly known against the locked versions: `make audit`. Ends with 1 where something is, with 2 where nobody could be asked.

A database that cannot be reached, and a package that it does not know, are said and are never taken for "nothing known".
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCKS = [ROOT / "locks" / name for name in ("dev.lock", "torch.lock")]
DATABASES = ("pypi", "osv")
"""As pip-audit calls them; the second is asked where the first does not answer."""
FIRST = "pillow"
"""The package that is asked about alone, to see whether a database answers: it reads what strangers upload."""
Asker = Callable[[str, Sequence[Path]], list[dict[str, Any]] | None]


def asker(program: str) -> Asker:
    """What asks a database about the packages of some locks; None where it does not answer."""

    def ask(database: str, locks: Sequence[Path]) -> list[dict[str, Any]] | None:
        files = [part for lock in locks for part in ("-r", str(lock))]
        options = ["--disable-pip", "--no-deps", "--require-hashes", "--progress-spinner", "off", "-f", "json", "--desc", "off"]
        done = subprocess.run([program, "-s", database, *options, *files], capture_output=True, text=True, check=False)
        try:
            return list(json.loads(done.stdout)["dependencies"])
        except (ValueError, KeyError):
            return None  # it says so in a traceback

    return ask


def only(name: str, text: str) -> str:
    """The lines of one package of a lock."""
    lines, kept = [], False
    for line in text.splitlines():
        kept = line.startswith(f"{name}==") or (kept and line.startswith(" "))
        lines += [line] if kept else []
    return "\n".join(lines) + "\n"


def audited(ask: Asker, locks: Sequence[Path] = LOCKS) -> tuple[int, list[str]]:
    """The exit status, and what to say."""
    with tempfile.TemporaryDirectory() as folder:
        first = Path(folder, "first.lock")
        first.write_text("".join(only(FIRST, lock.read_text(encoding="utf-8")) for lock in locks))
        answers = [name for name in DATABASES if any("vulns" in package for package in ask(name, [first]) or ())]
    packages = ask(answers[0], locks) if answers else None
    if packages is None:
        return 2, [f"No database of faults can be reached from here (asked: {', '.join(DATABASES)}). Repeat `make audit` elsewhere."]
    known = [
        f"{p['name']} {p['version']}: {v['id']}, mended in {', '.join(v['fix_versions']) or 'no version'}"
        for p in packages
        for v in p.get("vulns", ())
    ]
    unknown = [f"{p['name']}: not audited, {p['skip_reason']}" for p in packages if "skip_reason" in p]
    sound = sum("vulns" in p for p in packages)
    return int(bool(known)), [*known, *unknown, f"{sound} locked packages were asked about; {len(known)} faults are known."]


def main() -> None:
    """Asks and says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", default="pip-audit", help="pip-audit")
    status, lines = audited(asker(parser.parse_args().program))
    print("\n".join(lines))
    sys.exit(status)


if __name__ == "__main__":
    main()
