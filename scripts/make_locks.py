"""Writes `locks/`: every package of the app and of its tests in one version, with the hashes of all files that may be installed for it.

    make lock      # the same as: python scripts/make_locks.py --uv .venv-tools/bin/uv

Packages are resolved for every platform and for Python 3.11 and later (`uv pip compile --universal`). torch stands apart, since its file
is a choice of the machine: `torch-cpu.lock` is the build without CUDA, which the usual package index does not have for Linux, and
`torch.lock` is what that index has: for Linux with NVIDIA's packages. No name of an index is written down, so that a mirror does as well.
"""

import argparse
import hashlib
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "locks"
PYTHON = "3.11"
"""The oldest one that the locks are for."""
HEADS = {
    "app": "The app without torch (torch-cpu.lock, torch.lock).",
    "dev": "The app and its tests without torch (torch-cpu.lock, torch.lock).",
    "torch": "torch as the package index has it, and what only that build needs.",
    "torch-cpu": "torch without CUDA; files that are known: CPython 3.11, Linux, x86_64.",
}


def compiled(uv: Path, wanted: Path, *more: str) -> dict[str, str]:
    """What is needed for a file of requirements, by name: the lines of a package, its hashes and who needs it."""
    options = ["--universal", "--python-version", PYTHON, "--generate-hashes", "--no-header", "--no-emit-index-url", "--no-emit-find-links"]
    done = subprocess.run([uv, "pip", "compile", "-q", *options, *more, wanted], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"uv cannot resolve {wanted.name}: {done.stderr[-2000:]}")
    found: dict[str, str] = {}
    for block in re.split(r"\n(?=\S)", done.stdout.strip()):
        name = re.match(r"[\w.-]+", block)
        assert name is not None, block
        found[name[0]] = f"{found[name[0]]}\n{block}" if name[0] in found else block  # one package in two versions, by marker
    return found


def everywhere(needed: dict[str, str]) -> list[str]:
    """What torch asks for on every platform; NVIDIA's packages are asked for on Linux alone."""
    direct = [block for name, block in needed.items() if name != "torch" and re.search(r"# +(?:via )?torch$", block, re.MULTILINE)]
    return [re.split(r"==", block)[0] for block in direct if "sys_platform == 'linux'" not in block.splitlines()[0]]


def write(name: str, blocks: dict[str, str]) -> None:
    """A lock: one package after the other, without who needs it."""
    bare = [re.sub(r"\n +#[^\n]*", "", block) for _, block in sorted(blocks.items())]
    (LOCKS / f"{name}.lock").write_text("\n".join([f"# {HEADS[name]} Made by `make lock`.", *bare, ""]), encoding="utf-8")


def hashes_without_cuda(pip: Sequence[str], version: str, folder: Path) -> set[str]:
    """Of the CPU build that pip finds here, beside those of the same version that were known before."""
    lock = LOCKS / "torch-cpu.lock"
    before = lock.read_text(encoding="utf-8") if lock.exists() else ""
    known = set(re.findall(r"sha256:[0-9a-f]{64}", before)) if f"torch=={version}+cpu" in before else set()
    wanted = [*pip, "download", "-q", "--no-deps", "--dest", str(folder), f"torch=={version}+cpu"]
    if subprocess.run(wanted, capture_output=True, check=False).returncode and not known:
        sys.exit(f"No CPU build of torch {version} is on offer here: set PIP_FIND_LINKS to a folder or index that has it.")
    return known | {f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}" for path in folder.glob("torch-*.whl")}


def main() -> None:
    """Resolves and writes all four."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--uv", type=Path, default=Path("uv"))
    uv = parser.parse_args().uv
    uv = uv.resolve() if uv.exists() else uv
    torch = re.search(r"^torch==(\S+)$", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert torch is not None, "requirements.txt pins torch"
    with tempfile.TemporaryDirectory() as folder:
        alone, bare, settings = Path(folder, "torch.txt"), Path(folder, "dev.txt"), Path(folder, "uv.toml")
        alone.write_text(f"torch=={torch[1]}\n")
        needs = everywhere(compiled(uv, alone, "--no-config"))
        settings.write_text(f'[[dependency-metadata]]\nname = "torch"\nversion = "{torch[1]}"\nrequires-dist = {needs}\n')
        without = ("--config-file", str(settings))
        dev = compiled(uv, ROOT / "requirements-dev.txt", *without)
        bare.write_text("\n".join(line.removesuffix(" \\") for block in dev.values() for line in block.splitlines() if "==" in line))
        app = compiled(uv, ROOT / "requirements.txt", *without, "--constraint", str(bare))
        with_cuda = compiled(uv, alone, "--no-config", "--constraint", str(bare))
        files = Path(folder, "files")
        files.mkdir()
        hashes = sorted(hashes_without_cuda([sys.executable, "-m", "pip"], torch[1], files))
        cpu = " \\\n    --hash=".join([f"torch=={torch[1]}+cpu", *hashes])
    LOCKS.mkdir(exist_ok=True)
    write("dev", {name: block for name, block in dev.items() if name != "torch"})
    write("app", {name: block for name, block in app.items() if name != "torch"})
    write("torch", {name: block for name, block in with_cuda.items() if name not in dev or name == "torch"})
    write("torch-cpu", {"torch": cpu})


if __name__ == "__main__":
    main()
