"""Scripts and films over HTTP: what is sent, how, and what is said where nothing can be; the checks of the scripts by Node."""

import gzip
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from bench_core import api
from bench_core.config import Config
from bench_core.pixels.films import unpacked
from pages.components.site.door import Door
from pages.components.site.guard import Guard, SiteRules
from pages.components.viewer.serving import SCRIPTS, address_of_scripts, bare, scripts, viewer_routes

FILM = np.arange(256, dtype=np.uint16).reshape(16, 16) * 100
MOST_BYTES = 60 * 1024
UNITS = Path(__file__).parent / "units.mjs"
RUN = """
import { checks } from "./units.mjs"
let failed = 0
for (const [name, check] of Object.entries(await checks((file) => import("./" + file))))
  try { await check() } catch (error) { failed++; console.log(name + ": " + error.message) }
process.exit(failed ? 1 : 0)
"""


@pytest.fixture
def set_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("bench_core.api.workspace._current", None)
    api.open_workspace(Config(home=tmp_path / "home", database_url=f"sqlite:///{tmp_path / 'bench.sqlite'}", user="runner"))
    (tmp_path / "films").mkdir()
    Image.fromarray(FILM).save(tmp_path / "films" / "a b.png")
    return api.import_images("mine", tmp_path / "films", None, "synthetic").set_id


def visitor(base: str = "", host: str = "http://localhost") -> TestClient:
    middleware = [Middleware(Guard, rules=SiteRules()), Middleware(Door, base=base)]
    return TestClient(Starlette(routes=viewer_routes(base), middleware=middleware), base_url=host)


def test_a_film_arrives_with_its_values_and_what_is_known_of_it(set_id: str) -> None:
    answer = visitor().get("/film", params={"set": set_id, "image": "a b"})
    assert answer.headers["cache-control"] == "private, no-store" and answer.headers["x-content-type-options"] == "nosniff"
    np.testing.assert_array_equal(unpacked(answer.content).values, FILM)
    assert b'"word":"Synthetic"' in answer.content and answer.headers["content-encoding"] == "gzip"
    assert unpacked(visitor("bench").get("/bench/film", params={"set": set_id, "image": "a b"}).content).bits == 16


def test_a_film_that_is_not_there_is_said(set_id: str) -> None:
    for where, words in (({"set": set_id, "image": "../x"}, "no image"), ({"set": "none", "image": "a"}, "none"), ({}, "There is no")):
        answer = visitor().get("/film", params=where)
        assert answer.status_code == 404 and words in answer.json()["message"]
    answer = visitor().get("/film", params={"set": set_id, "image": "a b", "layer": "heart"})
    assert answer.status_code == 404 and "layer" in answer.json()["message"]


def test_foreign_names_get_no_film(set_id: str) -> None:
    assert visitor(host="http://elsewhere.example").get("/film", params={"set": set_id, "image": "a b"}).status_code == 421


def test_a_film_as_a_png(set_id: str) -> None:
    answer = visitor().get("/film.png", params={"set": set_id, "image": "a b"})
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''mine-a%20b.png" and answer.content[:4] == b"\x89PNG"


def test_scripts_are_kept_by_browsers_as_long_as_they_are_the_same() -> None:
    browser, where = visitor(), f"{address_of_scripts()}/main.js"
    answer = browser.get(where, headers={"accept-encoding": "gzip"})
    assert answer.content == scripts()["main.js"] and "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript") and answer.headers["content-encoding"] == "gzip"
    assert browser.get(where, headers={"accept-encoding": "identity"}).content == scripts()["main.js"]
    assert browser.get("/viewer/0/main.js").headers["cache-control"] == "no-store"
    assert browser.get(f"{address_of_scripts()}/serving.py").status_code == 404
    assert len(gzip.compress(b"".join(scripts().values()))) < 30_000


def test_the_checks_of_the_scripts_by_node(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not here; the browser test runs the same checks")
    for name, source in scripts().items():
        (tmp_path / name).write_bytes(source)
    shutil.copy(UNITS, tmp_path)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "run.js").write_text(RUN)
    done = subprocess.run([node, "run.js"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_scripts_are_small() -> None:
    assert sum(map(len, scripts().values())) <= MOST_BYTES
    assert max(len(path.read_text().splitlines()) for path in SCRIPTS.glob("*.js")) <= 300


def test_what_only_readers_need_stays_at_home() -> None:
    source = '// why\nif (a === 1) {\n  b("( c )  // d", `{ ${e }  }`) // once\n\n}\n'
    assert bare(source) == 'if(a===1){b("( c )  // d",`{ ${e }  }`)}\n'
    assert bare("const f = (x) => true\n[a - -b,\n  c - 1] + `x\n  y = 2.0 * z` + async (x) => x") == (
        "let f=x=>!0\n[a - -b,c-1]+`x\ny=2.0*z`+async(x)=>x\n"
    )
    declared = 'const a = 0.5\nconst b = a ? 0.25 : 10.5\nconst c = "0.5"; f()\nconst d = 1\n'
    assert bare(declared) == 'let a=.5,b=a?.25:10.5,c="0.5";f()\nlet d=1\n'
    for path in SCRIPTS.glob("*.js"):
        assert not re.search(r"\$\{[^}`]*`", path.read_text()), f"{path.name} has a template inside of another one"
