"""Who may see films of patients: every door of pixels, without the role and with it."""

import ast
import base64
import io
import json
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from bench_core import api
from bench_core.config import Config
from bench_core.handover.report.facts import Sample, SetFacts
from bench_core.pixels.blur import CELLS, blurred
from bench_core.pixels.films import unpacked
from pages.components import identity, read
from pages.components.images import means
from pages.components.site.guard import Guard, SiteRules
from pages.components.viewer.serving import viewer_routes
from tests.handover.report.reports import a_report

PAGES = Path(identity.__file__).parent.parent
DOORS = ("thumbnails", "film", "export_zip", "export_png", "image_png", "mean_image", "quick_mean_image", "set_report_html")
"""Functions of the facade that hand out pixels of stored films."""
SIDE = 96
HEADER = "X-Forwarded-Email"
WITH, WITHOUT = "anna@clinic.example", "bert@clinic.example"
DETAIL = 6.0
"""Grey levels by which pixels of a made-up film differ from their neighbours at least; a blurred one has far less."""


@pytest.fixture
def sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A real, a training and a synthetic set, and one that hands on training images; ids by kind."""
    monkeypatch.setattr("bench_core.api.workspace._current", None)
    home = {"home": tmp_path / "home", "database_url": f"sqlite:///{tmp_path / 'bench.sqlite'}"}
    opened = api.open_workspace(Config(**home, user_header=HEADER, sees_real=(WITH,)))
    found = {}
    for seed, kind in enumerate(("real", "train", "synthetic")):
        (tmp_path / kind).mkdir()
        for i in range(3):
            film = np.random.default_rng(10 * seed + i).integers(0, 256, (SIDE, SIDE)).astype(np.uint8)
            Image.fromarray(film).save(tmp_path / kind / f"f{i}.png")
        found[kind] = str(api.import_images(kind, tmp_path / kind, None, kind).set_id)  # type: ignore[arg-type]
    train = api.find_set("train")
    for name, meta in (("copies", {"train": train.id}), ("planted", {"planted": {"train": train.id}})):
        found[name] = {"copies": "c" * 16, "planted": "d" * 16}[name]
        opened.sets.write(found[name], "synthetic", pd.DataFrame(train.table), {**meta, "in_place": True, "root": str(train.root)})
        opened.sets.claim_name(name, found[name])
    return found


def pixels_of(picture: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(picture)) as image:
        return np.asarray(image.convert("L"), float)


def detail(pixels: np.ndarray) -> float:
    """Mean difference of neighbours: what blurring takes away."""
    return float(np.abs(np.diff(np.asarray(pixels, float), axis=1)).mean())


def zipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name.rpartition("/")[2]: archive.read(name) for name in archive.namelist()}


def visitor() -> TestClient:
    rules = SiteRules(proxies=("127.0.0.1",), user_header=HEADER)
    return TestClient(
        Starlette(routes=viewer_routes(""), middleware=[Middleware(Guard, rules=rules)]), "http://localhost", client=("127.0.0.1", 5)
    )


def over_http(path: str, decode: Callable[[bytes], Any]) -> Callable[[str, bool], Any]:
    def ask(set_id: str, role: bool) -> Any:
        answer = visitor().get(path, params={"set": set_id, "image": "f1"}, headers={HEADER: WITH if role else WITHOUT})
        assert answer.status_code == 200, answer.text
        return decode(answer.content)

    return ask


def in_report(set_id: str, role: bool) -> np.ndarray:
    """The film f1 as a report of the set shows it."""
    facts = SetFacts(role="synthetic", name="s", id=set_id, images=3)
    report = a_report(sets=[facts, *a_report().sets[1:]], samples={"synthetic": [Sample(image_id="f1", caption="")]}, pairs=[])
    found = re.search(r'src="data:image/webp;base64,([^"]+)"', api.set_report_html(report, role))
    return pixels_of(base64.b64decode(found.group(1))) if found else np.zeros((1, 1))


WAYS: dict[str, Callable[[str, bool], Any]] = {
    "thumbnail": lambda s, role: pixels_of(api.thumbnails(s, ["f1"], SIDE, role)[0]),
    "png": lambda s, role: pixels_of(api.image_png(s, "f1", role)),
    "mean image": lambda s, role: pixels_of(api.mean_image(s, role)),
    "quick mean image": lambda s, role: pixels_of(api.quick_mean_image(s, role) or b""),
    "film": over_http("/film", lambda data: unpacked(data).values),
    "download of a film": over_http("/film.png", pixels_of),
    "report": in_report,
    "export": lambda s, role: pixels_of(api.export_png(s, "f1", real_pixels=role)),
    "zip of JPEG": lambda s, role: next(
        pixels_of(d) for n, d in zipped(api.export_zip(s, real_pixels=role, form="jpeg")).items() if n.endswith(".jpg")
    ),
    "zip": lambda s, role: next(pixels_of(d) for n, d in zipped(api.export_zip(s, real_pixels=role)).items() if n.endswith(".png")),
}


def test_every_door_blurs_films_of_patients_without_the_role(sets: dict[str, str]) -> None:
    for way, ask in WAYS.items():
        for name, set_id in sets.items():
            clear, without = detail(ask(set_id, True)), detail(ask(set_id, False))
            assert clear > DETAIL, (way, name)
            assert without > DETAIL if name == "synthetic" else without < DETAIL / 2, (way, name)


def test_a_blurred_film_is_a_dozen_cells() -> None:
    film = np.random.default_rng(0).integers(0, 256, (300, 240)).astype(np.uint8)
    cells = film.reshape(12, 25, 10, 24).mean(axis=(1, 3))
    other = np.repeat(np.repeat(np.rint(cells), 25, axis=0), 24, axis=1).astype(np.uint8)
    found = blurred(film)
    assert CELLS == 12 and found.shape == (192, 160)
    assert np.abs(found.astype(float) - blurred(other)).max() <= 2, "a film of equal cells gives the same picture: nothing else is in it"


def test_nothing_lies_over_what_is_withheld_and_exports_say_so(sets: dict[str, str]) -> None:
    answer = visitor().get("/film", params={"set": sets["real"], "image": "f1", "layer": "heart"}, headers={HEADER: WITHOUT})
    assert answer.status_code == 403 and "for those who may see it" in answer.json()["message"]
    said = visitor().get("/film", params={"set": sets["real"], "image": "f1"}, headers={HEADER: WITHOUT}).content
    assert b"Blurred" in said and b'"layers":[]' in said
    files = zipped(api.export_zip(sets["train"]))
    assert {"000000-blurred.png", "000002-blurred.png", "table.csv"} <= set(files) and "000000.png" not in files
    assert "blurred" in json.loads(files["set.json"])["pixels"] and b"source_path" not in files["table.csv"]
    assert "pixels" not in json.loads(zipped(api.export_zip(sets["synthetic"]))["set.json"])


def test_a_header_of_somebody_who_is_no_proxy_gives_no_role(sets: dict[str, str]) -> None:
    rules = SiteRules(proxies=("10.0.0.1",), user_header=HEADER)
    app = Starlette(routes=viewer_routes(""), middleware=[Middleware(Guard, rules=rules)])
    outside = TestClient(app, "http://localhost", client=("127.0.0.1", 5))
    answer = outside.get("/film.png", params={"set": sets["real"], "image": "f1"}, headers={HEADER: WITH})
    assert detail(pixels_of(answer.content)) < DETAIL / 2


def signed(said: dict[str, Any]) -> str:
    from streamlit.web.server.server_util import get_cookie_secret
    from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

    value = create_signed_value(get_cookie_secret(), identity.LOGIN_COOKIE, json.dumps(said))
    return value.decode() if isinstance(value, bytes) else value


LOGINS: list[tuple[dict[str, Any], bool]] = [
    ({}, True), ({"email": WITHOUT}, False), ({"exp": 1.0}, False), ({"email_verified": False}, False),
    ({"origin": "http://elsewhere"}, False), ({"is_logged_in": False}, False),
]  # fmt: skip


def test_a_login_gives_the_role_while_it_lasts(sets: dict[str, str]) -> None:
    for more, sees in LOGINS:
        said = {"origin": "http://localhost", "is_logged_in": True, "email": WITH, "sub": "17", "exp": time.time() + 60, **more}
        for cookie, expected in ((signed(said), sees), (f"{signed(said)}x", False)):
            one = visitor()
            one.cookies.set(identity.LOGIN_COOKIE, cookie)
            answer = one.get("/film.png", params={"set": sets["real"], "image": "f1"})
            assert (detail(pixels_of(answer.content)) > DETAIL) is expected, more


def test_pages_ask_who_is_there(sets: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, sees in ((WITH, True), (WITHOUT, False)):
        monkeypatch.setattr(identity.st, "context", SimpleNamespace(headers={HEADER: name}))
        monkeypatch.setattr(identity.st, "user", SimpleNamespace(is_logged_in=False))
        assert identity.names_of_session() == (name,) and identity.sees_real() is sees
        assert (detail(pixels_of(read.thumbnail(sets["real"], "f1", SIDE))) > DETAIL) is sees, "one visitor's picture is not another's"
        assert (detail(pixels_of(means.mean_image(sets["real"]))) > DETAIL) is sees
        if not sees:
            with pytest.raises(api.NotAllowed, match="imported by those"):
                identity.path_of_films("/data")
    user = SimpleNamespace(is_logged_in=True, to_dict=lambda: {"email": WITH, "name": "root", "exp": time.time() - 1})
    monkeypatch.setattr(identity.st, "user", user)
    assert identity.names_of_session() == () and not identity.sees_real()


def calls_of_doors(source: str) -> list[str]:
    """Calls of a door that do not say whether who asks may see films of patients."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in [f"api.{door}" for door in DOORS]:
            given = [ast.unparse(a) for a in node.args] + [ast.unparse(k.value) for k in node.keywords]
            if "real_pixels" not in given:
                found.append(ast.unparse(node))
    return found


def test_no_page_opens_a_door_without_saying_who_asks() -> None:
    assert {p.name: found for p in PAGES.rglob("*.py") if (found := calls_of_doors(p.read_text(encoding="utf-8")))} == {}
    assert calls_of_doors("api.film(a, b, c)") == ["api.film(a, b, c)"] and not calls_of_doors("api.film(a, b, c, '', real_pixels)")


def test_without_roles_everybody_sees_all_and_with_none_named_nobody(sets: dict[str, str]) -> None:
    config = api.Config.from_environment({"BENCH_HOME": "/x"})
    assert config.sees_real is None
    assert api.Config.from_environment({"BENCH_ROLES": "real= anna@x , *@lab.example"}).sees_real == ("anna@x", "*@lab.example")
    assert api.Config.from_environment({"BENCH_ROLES": "real="}).sees_real == ()
    for wrong in ("anna@x", "admin=anna@x", ""):
        with pytest.raises(api.InputError, match="BENCH_ROLES"):
            api.Config.from_environment({"BENCH_ROLES": wrong})
    assert api.sees_real([WITH.upper()]) and not api.sees_real([WITHOUT]) and not api.sees_real([]) and not api.sees_real([""])
