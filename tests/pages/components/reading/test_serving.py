"""The reading room over HTTP: everything that a reader's browser is sent before the close is searched for what a film is."""

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
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
from pages.components.reading import serving
from pages.components.reading.serving import reading_routes
from pages.components.site.door import Door
from pages.components.site.guard import Guard, SiteRules
from pages.components.viewer.serving import viewer_routes

RNG = np.random.default_rng(12)
SETS = {"kept-apart": "real", "drawn-one": "synthetic", "drawn-two": "synthetic"}


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A workspace with three sets of ten films."""
    folder, before = tmp_path_factory.mktemp("room"), api.workspace._current
    opened = api.open_workspace(Config(home=folder / "home", database_url=f"sqlite:///{folder / 'home' / 'b.sqlite'}", user="runner"))
    for name, kind in SETS.items():
        (folder / name).mkdir()
        rows = []
        for i in range(10):
            Image.fromarray(RNG.integers(0, 256, (24, 30 if kind == "real" else 24)).astype(np.uint8)).save(
                folder / name / f"{name}-f{i}.png"
            )
            rows.append({"path": f"{name}-f{i}.png", "prompt": f"a wording of {name} {i}", "Edema": i % 2})
        pd.DataFrame(rows).to_csv(folder / f"{name}.csv", index=False)
        api.import_images(name, folder / name, folder / f"{name}.csv", kind)
    opened.database.engine.dispose()
    yield folder / "home"
    api.workspace._current = before


@pytest.fixture
def home(stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, current for the facade; films are sent at once."""
    shutil.copytree(stored, tmp_path / "home")
    monkeypatch.setattr("bench_core.api.workspace._current", None)
    monkeypatch.setattr(serving, "FLOOR", 0.0)
    api.open_workspace(Config(home=tmp_path / "home", database_url=f"sqlite:///{tmp_path / 'home' / 'b.sqlite'}", user="runner"))
    return tmp_path / "home"


def token_of(reader: str = "Ann", **more: Any) -> str:
    usual = {"name": "turing", "questions": ["real_or_synthetic"], "synthetic": ["drawn-one", "drawn-two"], "real": "kept-apart"}
    if not len(api.readings()):
        api.create_reading(api.reading_design(**{**usual, "cases": 4, "training": 0, "repeats": 1, **more}))
    return api.invite_reader("turing", reader)


def visitor(base: str = "", host: str = "http://localhost") -> TestClient:
    middleware = [Middleware(Guard, rules=SiteRules()), Middleware(Door, base=base)]
    return TestClient(Starlette(routes=[*viewer_routes(base), *reading_routes(base)], middleware=middleware), base_url=host)


class Reader:
    """A browser that keeps every response, head and body."""

    def __init__(self, client: TestClient, token: str) -> None:
        self.client, self.room, self.heard = client, f"/read/{token}", []
        self.hear(client.get(self.room))

    def hear(self, answer: Any) -> Any:
        self.heard.append(str(sorted(answer.headers.items())).encode() + answer.content)
        return answer

    def state(self) -> dict[str, Any]:
        return self.hear(self.client.get(f"{self.room}/state")).json()

    def film(self, slot: str, number: int = 0) -> Any:
        return self.hear(self.client.get(f"{self.room}/film", params={"slot": slot, "film": number}))

    def answer(self, state: dict[str, Any], **more: Any) -> Any:
        asked = next(a for a in state["asked"] if f"{a['question']}.{a['part']}" == state["now"]["left"][0])
        sent = {"slot": state["now"]["slot"], "question": asked["question"], "part": asked["part"], "rating": 4, "seconds": 1.0, **more}
        return self.hear(self.client.post(f"{self.room}/answer", content=json.dumps(sent)))


def test_no_response_before_the_close_says_what_a_film_is(home: Path) -> None:
    token = token_of(questions=["real_or_synthetic", "text"], cases=4, repeats=1)
    cases = api.open_workspace().reading.study("turing")["cases"]
    reader, sizes, slots = Reader(visitor(), token), Counter(), []
    while (state := reader.state())["now"]:
        for one in (state["now"], *state["next"]):
            film = reader.film(one["slot"])
            sizes[len(film.content), tuple(sorted((k, v) for k, v in film.headers.items()))] += 1
            assert film.headers["cache-control"] == "private, no-store"
        slots.append(state["now"]["slot"])
        reader.answer(state, choice="" if state["now"]["left"][0] in ("marks.", "text.") else None)
        reader.answer(state)  # sent twice: what is said of that is searched too
        reader.answer(state, rating=99)
    for wrong in ("nothing", slots[0], *slots):
        reader.film(wrong)
    reader.film(state["before"]["slot"], 7)
    assert state["finished"] and len(sizes) == 1, "one size, one set of headers"
    said = b"\n".join(reader.heard)
    secrets = {*SETS, *(api.find_set(name).id for name in SETS), "a wording of", "-f1"}
    secrets |= {film["image"] for case in cases for film in case["films"]} | {case["id"] for case in cases}
    assert [secret for secret in sorted(secrets) if secret.encode() in said] == []
    assert len(reader.heard) > 50 and b'"repeat' not in said and b'"truth"' not in said


def test_films_are_not_found_again_on_other_pages_or_by_their_order(home: Path) -> None:
    readers = [Reader(visitor(), token_of(name)) for name in ("Ann", "Bob")]
    bodies: list[bytes] = []
    slots: list[str] = []
    for reader in readers:
        while (state := reader.state())["now"]:
            slots.append(state["now"]["slot"])
            bodies.append(reader.film(state["now"]["slot"]).content)
            reader.answer(state)
    assert len(set(bodies)) == len(bodies) == 10
    elsewhere = {
        visitor().get("/film", params={"set": api.find_set(name).id, "image": image}).content
        for name in SETS for image in api.find_set(name).table["image_id"]
    }  # fmt: skip
    pixels = {data[-24 * 24 :] for data in elsewhere} | {data[-24 * 24 * 2 :] for data in elsewhere}
    assert not elsewhere & set(bodies) and not any(data[-24 * 24 * 2 :] in pixels or data[-24 * 24 :] in pixels for data in bodies)
    assert len(set(slots)) == 10, "no name of a case is the same for two readers, or for a repeat"


def test_a_film_takes_as_long_as_any_other(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(serving, "FLOOR", 0.2)

    async def wait(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(serving.asyncio, "sleep", wait)
    reader = Reader(visitor(), token_of())
    assert reader.film(reader.state()["now"]["slot"]).status_code == 200 and 0 < waits[0] <= 0.2


def test_what_is_wrong_is_said_in_json_and_what_may_be_tried_again_is_no_4xx(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader(visitor(), token_of())
    state = reader.state()
    assert reader.answer(state, rating=9).status_code == 400 and "scale" in reader.answer(state, rating=9).json()["message"]
    assert visitor().get("/read/nobody/state").status_code == 404
    assert visitor().post(f"{reader.room}/answer", content="[1]").status_code == 400
    assert visitor().post(f"{reader.room}/answer", content="x" * 70_000).status_code == 413
    assert reader.film(state["now"]["slot"], "x").status_code == 400
    assert visitor().post(f"{reader.room}/answer", content="{}", headers={"origin": "http://elsewhere.example"}).status_code == 421
    assert visitor(host="http://elsewhere.example").get(f"{reader.room}/state").status_code == 421

    def broken(*args: Any) -> None:
        raise OSError("/home/ann/drawn-one is gone")

    monkeypatch.setattr(api, "reading_state", broken)
    answer = visitor().get(f"{reader.room}/state")
    assert answer.status_code == 503 and "drawn-one" not in answer.text and "tried again" in answer.json()["hint"]
    api.close_reading("turing")
    assert reader.answer(state).status_code == 403


def test_the_room_lies_below_the_site_and_its_script_is_kept(home: Path) -> None:
    token = token_of()
    page = visitor("bench").get(f"/bench/read/{token}")
    assert page.status_code == 200 and 'data-site="/bench"' in page.text and "set-cookie" not in page.headers
    name = page.text.split('src="')[-1].split('"')[0]
    script = visitor("bench").get(name)
    assert "location.reload" in page.text, "a server that went away between the document and its script"
    assert name.startswith("/bench/room/") and "immutable" in script.headers["cache-control"] and "class Room" in script.text
    assert visitor().get("/room/old/room.js").headers["cache-control"] == "no-store"
    assert visitor().get("/room/old/none.js").status_code == 404
    assert "&lt;x" in visitor().get("/read/<x>").text, "an address is text"
