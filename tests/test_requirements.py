"""What is installed: the locks agree with the requirements, are whole, and name no index; what an audit says."""

import re
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.audit import audited
from tests.architecture.tree import PROJECT

LOCKS = sorted((PROJECT / "locks").glob("*.lock"))
ASIDE = "torch"


def wanted(name: str) -> list[Requirement]:
    """The requirements of a file, those that it takes from another one too."""
    found: list[Requirement] = []
    for line in (PROJECT / name).read_text(encoding="utf-8").splitlines():
        line = line.split("#")[0].strip()
        if line:
            found += wanted(line.removeprefix("-r ")) if line.startswith("-r ") else [Requirement(line)]
    return found


def locked(name: str) -> dict[str, list[Requirement]]:
    """What a lock pins; a package in one version for each of several Pythons has several entries."""
    found: dict[str, list[Requirement]] = {}
    for line in (PROJECT / "locks" / f"{name}.lock").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith((" ", "#")):
            pin = Requirement(line.removesuffix(" \\"))
            found.setdefault(canonicalize_name(pin.name), []).append(pin)
    return found


def version(pin: Requirement) -> str:
    """The one version that it allows."""
    (only,) = pin.specifier
    assert only.operator == "=="
    return only.version


@pytest.mark.parametrize(("requirements", "lock"), [("requirements.txt", "app"), ("requirements-dev.txt", "dev")])
def test_every_requirement_is_locked_in_a_version_that_it_allows(requirements: str, lock: str) -> None:
    pins = locked(lock) | {ASIDE: [pin for name in ("torch", "torch-cpu") for pin in locked(name)[ASIDE]]}
    for requirement in wanted(requirements):
        found = pins.get(canonicalize_name(requirement.name), [])
        assert found, f"{requirement} is not in locks/{lock}.lock: make lock"
        assert all(requirement.specifier.contains(version(pin), prereleases=True) for pin in found), f"{requirement}: make lock"
    assert any(name == "psycopg-binary" for name in pins), "what an extra brings is locked too"


def test_app_and_tests_have_the_same_versions_and_torch_stands_apart() -> None:
    app, dev = locked("app"), locked("dev")
    assert {name: dev.get(name) for name in app} == app
    assert ASIDE not in dev and not [name for name in dev if name.startswith(("nvidia", "cuda", "triton"))]
    assert not set(locked("torch")) & set(dev)
    assert [str(pin) for pin in locked("torch-cpu")[ASIDE]] == [f"torch=={version(locked('torch')[ASIDE][0])}+cpu"]


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_every_file_has_a_hash_and_no_index_is_named(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", text.split("\n", 1)[1].strip())
    assert blocks and all(re.fullmatch(r"[^\n]+ \\\n( +--hash=sha256:[0-9a-f]{64}( \\\n)?)+", block) for block in blocks)
    assert "://" not in text and "index" not in re.sub(r"^#.*", "", text)


def test_what_the_locked_packages_need_is_locked() -> None:
    """Nothing else is installed (`--no-deps`): so it has to be whole, here for the Python and the platform of this test."""
    here = {k: str(v) for k, v in default_environment().items()}
    pins = locked("dev") | {ASIDE: locked("torch-cpu")[ASIDE]}
    chosen = {name: pin for name, found in pins.items() for pin in found if pin.marker is None or pin.marker.evaluate(here)}
    lacking, read = [], 0
    for name in chosen:
        try:
            needs = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        read += 1
        for need in map(Requirement, needs):
            if need.marker is None or need.marker.evaluate(here | {"extra": ""}):
                pin = chosen.get(canonicalize_name(need.name))
                if (pin is None and metadata.version(name) == version(chosen[name])) or (
                    pin is not None and not need.specifier.contains(version(pin), prereleases=True)
                ):
                    lacking.append(f"{name} needs {need}, locked is {pin}")
    assert read > 60 and lacking == []


def databases(**answers: Any) -> Any:
    """What stands for pip-audit: each database's packages, or None where it does not answer."""

    def ask(database: str, locks: Sequence[Path]) -> list[dict[str, Any]] | None:
        asked.append((database, ["pillow==" in lock.read_text(encoding="utf-8") for lock in locks]))
        return answers[database]

    asked: list[tuple[str, list[bool]]] = []
    ask.asked = asked  # type: ignore[attr-defined]
    return ask


SOUND = {"name": "pillow", "version": "1", "vulns": []}
HURT = {"name": "idna", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["3"]}]}
SKIPPED = {"name": "idna", "skip_reason": "not found"}


def test_an_audit_tells_what_is_known_and_what_nobody_could_say() -> None:
    assert audited(databases(pypi=[SOUND], osv=None)) == (0, ["1 locked packages were asked about; 0 faults are known."])
    status, lines = audited(databases(pypi=[SOUND, HURT, {**SKIPPED, "name": "own"}], osv=None))
    assert status == 1 and lines[:2] == ["idna 2: CVE-1, mended in 3", "own: not audited, not found"]


def test_silence_is_not_taken_for_safety() -> None:
    """pip-audit ends well where the index answers that it knows no package."""
    for pypi in ([SKIPPED], None, []):
        ask = databases(pypi=pypi, osv=None)
        status, (line,) = audited(ask)
        assert status == 2 and "can be reached" in line and ask.asked == [("pypi", [True]), ("osv", [True])]
    assert audited(databases(pypi=None, osv=[SOUND]))[0] == 0
