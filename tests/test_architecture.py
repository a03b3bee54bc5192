"""The house keeps its rules: who imports whom, how long things are, where tests lie, what the project's pages say of it."""

from pathlib import Path

import pytest

from tests.architecture import imports, markup, mirror, papers, sizes
from tests.architecture.tree import PROJECT, Module, modules

CODE = modules("bench_core", "pages")
TESTS = modules("tests")
ALL = [*CODE.values(), *TESTS.values(), *modules("benchmarks", "scripts").values()]


def write(root: Path, files: dict[str, str]) -> dict[str, Module]:
    """The modules of a small project."""
    for name, text in files.items():
        path = root / "bench_core" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return modules("bench_core", root=root)


def test_no_circle_of_imports() -> None:
    assert imports.circles(imports.import_graph(CODE)) == []


@pytest.mark.parametrize(
    "first",
    [
        "from bench_core.room.b import f",
        "def g():\n    from bench_core.room.b import f",
        "def g():\n    from bench_core.room import f",  # through the window
        "from bench_core import room\ndef g():\n    return room.f()",
        "import bench_core.room.b",
    ],
)
def test_a_circle_is_found_wherever_it_hides(tmp_path: Path, first: str) -> None:
    window = "from bench_core.room.b import f\nfrom bench_core.room.c import h\n__all__ = ['f', 'h']\n"
    second = "import bench_core.room.a\ndef f():\n    pass\n"
    files = {"__init__.py": "", "room/__init__.py": window, "room/a.py": first, "room/b.py": second, "room/c.py": ""}
    assert imports.circles(imports.import_graph(write(tmp_path, files))) == [["bench_core.room.a", "bench_core.room.b"]]


@pytest.mark.parametrize(
    "first",
    [
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from bench_core.room.b import f",
        "from bench_core.room import h",  # the window has names of `b` too
        "from bench_core import room\ndef g():\n    return room.h()",
    ],
)
def test_types_and_other_names_of_a_window_make_no_circle(tmp_path: Path, first: str) -> None:
    window = "from bench_core.room.b import f\nfrom bench_core.room.c import h\n__all__ = ['f', 'h']\n"
    files = {"__init__.py": "", "room/__init__.py": window, "room/a.py": first, "room/b.py": "import bench_core.room.a\n", "room/c.py": ""}
    assert imports.circles(imports.import_graph(write(tmp_path, files))) == []


def test_windows_hand_names_on_and_do_nothing_else() -> None:
    assert list(sizes.faults_of_windows(CODE.values())) == []


def test_html_is_drawn_through_one_door_that_escapes() -> None:
    assert list(markup.faults(module for module in CODE.values() if module.path.startswith("pages/"))) == []


@pytest.mark.parametrize(
    "text",
    [
        "st.html(f'{name}')",
        "st.markdown(name, unsafe_allow_html=True)",
        "Markup(name)",
        "markupsafe.Markup('a' + name)",
        "html(name)",
        "html(f'<b>{name}</b>')",
        "draw(html('<b>' + name))",
        "word = '<b>%s</b>' % name",
        "made_elsewhere(name)",
    ],
)
def test_html_by_another_way_is_found(tmp_path: Path, text: str) -> None:
    assert list(markup.faults(write(tmp_path, {"a.py": text}).values()))
    sound = "draw(html('<b>{}</b>', name), width='content')\nhtml(PAGE, a=1)\nx = f'{a}'\nabout.html()\ny = a < b"
    assert list(markup.faults(write(tmp_path, {"a.py": sound}).values())) == []


def test_files_are_short() -> None:
    assert sizes.beyond(sizes.long_files(ALL), sizes.FILES_TO_MEND) == []


def test_functions_are_short() -> None:
    assert sizes.beyond(sizes.long_functions(ALL), sizes.FUNCTIONS_TO_MEND) == []


def test_functions_take_few_parameters() -> None:
    assert sizes.beyond(sizes.wide_functions(ALL), sizes.PARAMETERS_TO_MEND) == []


def test_what_is_too_large_is_found_and_may_only_shrink(tmp_path: Path) -> None:
    text = "class A:\n    def f(self, a, b, c, d, *, e, g, h):\n        pass\n\n    @staticmethod\n    def s(a, b, c, d, *, e, g, h, i):\n"
    window = "\"A room.\"\n__all__ = ['f']\n\n\ndef f():\n    pass\n" + "#\n" * 80
    found = write(tmp_path, {"long.py": text + "        pass\n" * 70 + "#\n" * 300, "window/__init__.py": window})
    assert sizes.long_files(found.values()) == {"bench_core/long.py": 376}
    assert sizes.long_functions(found.values()) == {"bench_core/long.py A.s": 71}
    assert sizes.wide_functions(found.values()) == {"bench_core/long.py A.s": 8}
    assert sizes.beyond({"a": 9}, {"a": 9}) == [] != sizes.beyond({"a": 10}, {"a": 9})
    assert sizes.beyond({}, {"a": 9}) == ["a: it is mended, take it off the list"]
    assert len(list(sizes.faults_of_windows(found.values()))) == 2


def test_every_module_has_a_test_or_a_reason() -> None:
    tests = {module.path: mirror.test_of(module) for module in CODE.values()}
    lacking = [f"{path}: no test. Write {tests[path]}, or say in ELSEWHERE what tests it." for path in mirror.untested(CODE.values())]
    assert not lacking, "\n".join(lacking)
    assert not mirror.stale(CODE.values()), "\n".join(mirror.stale(CODE.values()))


def test_every_test_lies_where_its_module_lies_or_has_a_topic() -> None:
    astray = [
        f"{test}: no module lies there. Move it, or say in TOPICS what it tests." for test in mirror.strays(CODE.values(), TESTS.values())
    ]
    assert not astray, "\n".join(astray)


def test_a_module_without_a_test_is_named(tmp_path: Path) -> None:
    found = write(tmp_path, {"__init__.py": "", "room/__init__.py": "def f():\n    pass\n", "room/a.py": "", "b.py": ""}).values()
    assert mirror.untested(found, {}, tmp_path) == ["bench_core/b.py", "bench_core/room/__init__.py", "bench_core/room/a.py"]
    (tmp_path / "tests" / "room").mkdir(parents=True)
    for name in ("test_a.py", "test_room.py", "test_c.py"):
        (tmp_path / "tests" / "room" / name).touch()
    assert mirror.untested(found, {}, tmp_path) == ["bench_core/b.py"]
    assert mirror.strays(found, modules("tests", root=tmp_path).values(), {}) == ["tests/room/test_c.py"]
    assert mirror.untested(found, {"bench_core/b.py": ()}, tmp_path) == []
    listed = {"bench_core/b.py": ("tests/room/test_a.py", ""), "bench_core/room/*": ("tests/gone.py", "")}
    assert [line.split(":")[0] for line in mirror.stale(found, listed, tmp_path)] == ["bench_core/room/*"] * 2


def test_modules_that_strings_name_exist(tmp_path: Path) -> None:
    lost = [line for module in CODE.values() for line in papers.lost_modules(module, CODE)]
    assert not lost, "\n".join(lost)
    found = write(tmp_path, {"a.py": "RUN = 'python -m bench_core.gone.b'\nHERE = 'bench_core.a.RUN'\n"})
    assert papers.lost_modules(found["bench_core.a"], found, tmp_path) == ["bench_core/a.py: bench_core.gone.b"]


@pytest.mark.parametrize("page", papers.pages(), ids=lambda page: page.name)
def test_paths_on_pages_exist(page: Path) -> None:
    assert papers.lost_paths(page) == []


def test_paths_in_docstrings_exist() -> None:
    assert [line for module in CODE.values() for line in papers.lost_words(module)] == []


def test_every_room_is_on_the_map() -> None:
    assert papers.rooms_off_the_map() == []


def test_the_table_of_settings_has_what_the_code_reads() -> None:
    table = papers.settings_table()
    assert len(table) == len(set(table))
    assert set(table) == papers.variables_read(modules("bench_core").values())
    assert set(papers.VARIABLE.findall((PROJECT / "Makefile").read_text(encoding="utf-8"))) <= set(table)


def test_commands_on_pages_exist() -> None:
    verbs, targets = papers.verbs(*(CODE[name] for name in CODE if name.startswith("bench_core.cli."))), papers.targets()
    assert {"demo", "score", "check-model"} <= verbs and {"demo", "test", "check"} <= targets
    assert [c for c in papers.commands(papers.VERB) if c[1] not in verbs] == []
    assert [c for c in papers.commands(papers.TARGET) if c[1] not in targets] == []


def test_a_path_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    words = "See room/a.py, bench_core/room/a.py, and\n`hall/a.py` (not /hall/b.py).\n"
    found = write(tmp_path, {"room/__init__.py": "", "room/a.py": "", "hall/__init__.py": "", "words.py": words})
    assert papers.lost_words(found["bench_core.words"], tmp_path) == ["bench_core/words.py: hall/a.py"]
    page = tmp_path / "bench_core" / "README.md"
    page.write_text("| `room/` | `a.py`, `room/a.py`, `room/<any>.py`, `b.py`, `room/b.py`, `hal/`, `score(x)` |\n")
    assert [line.split(": ")[1] for line in papers.lost_paths(page, tmp_path)] == ["b.py", "room/b.py", "hal/"]
    assert papers.rooms_off_the_map(tmp_path) == ["hall"]
