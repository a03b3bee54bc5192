"""A study is read by keyboard, closed in the middle, opened again, finished; its results are those of another computation on the CSV."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect
from scipy.stats import beta

from bench_core import api
from bench_core.config import Config
from tests.browser.screenshots import open_settled
from tests.browser.test_accessibility import grave

pytestmark = pytest.mark.browser
READY = "document.body.room?.ready && !document.body.room.busy"
POSITION = "document.body.room.state.now?.position ?? 0"


@pytest.fixture(scope="module")
def study(site: str, folder: Path) -> Iterator[str]:
    """The token of a reader of ten cases in the workspace of the site."""
    before = api.workspace._current
    home = folder / "home"
    opened = api.open_workspace(Config(home=home, database_url=f"sqlite:///{home / 'bench.sqlite'}", device="cpu"))
    random = np.random.default_rng(2)
    for name, kind in (("read-real", "real"), ("read-drawn", "synthetic")):
        (folder / name).mkdir()
        for i in range(8):
            Image.fromarray(random.integers(0, 256, (64, 80)).astype(np.uint8)).save(folder / name / f"{name}{i}.png")
        api.import_images(name, folder / name, None, kind)
    asked: dict[str, Any] = {"synthetic": ["read-drawn"], "real": "read-real", "cases": 10, "training": 0, "break_every": 4, "seed": 4}
    api.create_reading(api.reading_design(name="by keys", questions=["real_or_synthetic"], **asked))
    yield api.invite_reader("by keys", "Ann")
    opened.database.engine.dispose()
    api.workspace._current = before


def press(page: Page, key: str) -> None:
    """Answers the case that is on, goes on after a break, and waits until the next one is there."""
    page.wait_for_function(READY)
    if page.evaluate("document.body.room.pausing"):
        page.keyboard.press("Enter")
        page.wait_for_function(READY)  # the film after the break; a key that comes before it answers nothing
    position = page.evaluate(POSITION)
    page.keyboard.press(key)
    page.wait_for_function(f"({POSITION}) !== {position}")


def exact(right: int, n: int) -> tuple[float, float]:
    """Clopper and Pearson's interval, by quantiles of the beta distribution."""
    low = float(beta.ppf(0.025, right, n - right + 1)) if right else 0.0
    return low, float(beta.ppf(0.975, right + 1, n - right)) if right < n else 1.0


def area(frame: pd.DataFrame) -> float:
    """Pairs of a synthetic and a real film that are in the right order; ties count half."""
    high, low = (frame.loc[frame["truth"] == truth, "rating"] for truth in ("synthetic", "real"))
    return float(np.mean([(a > b) + (a == b) / 2 for a in high for b in low]))


def test_ten_cases_by_keys_with_a_closed_browser_between(site: str, study: str, browser_page: Page, tmp_path: Path) -> None:
    page = browser_page
    address = f"{site}/read/{study}"
    page.goto(address)
    page.wait_for_function(READY)
    assert grave(page) == []
    page.keyboard.press("i")
    expect(page.locator(".grey")).to_contain_text("inverted")
    for key in "15241":
        press(page, key)
    context = page.context
    page.close()
    page = context.new_page()
    page.route("**/film?*", lambda route: route.abort(), times=2)  # as if the server were away while the film is asked for
    page.goto(address)
    page.wait_for_function(READY)
    assert page.evaluate(POSITION) == 6 and page.evaluate("document.body.room.state.reader") == "Ann"
    page.keyboard.press("Backspace")
    page.wait_for_function(f"{READY} && document.body.room.correcting")
    page.keyboard.press("2")  # the fifth case, corrected
    page.wait_for_function(f"{READY} && !document.body.room.correcting")
    for key in "35142":
        press(page, key)
    expect(page.locator(".cover")).to_contain_text("All cases are read")
    api.close_reading("by keys")

    page.set_default_timeout(60_000)
    open_settled(page, f"{site}/reading_room?reading={api.readings()['id'].iloc[0]}")
    with page.expect_download() as saving:
        page.get_by_role("button", name="Every answer").click()
    saving.value.save_as(tmp_path / "answers.csv")
    frame = pd.read_csv(tmp_path / "answers.csv", keep_default_na=False)
    assert frame["rating"].astype(int).tolist() == [1, 5, 2, 4, 2, 3, 5, 1, 4, 2] and frame["position"].tolist() == list(range(1, 11))
    assert (frame["seconds"] > 0).all() and (frame["truth"] == "real").sum() == 5
    sided = frame[frame["choice"] != "unsure"]
    right, n = int((sided["choice"] == sided["truth"]).sum()), len(sided)
    low, high = exact(right, n)
    words = f"Ann: {right} of {n} right, {right / n:.1%} [{low:.1%}, {high:.1%}]; AUC {area(frame.astype({'rating': float})):.3f}"
    expect(page.get_by_test_id("stMain")).to_contain_text(re.compile(re.escape(words)))
    assert grave(page) == []

    asked = {"synthetic": ["read-drawn"], "real": "read-real", "cases": 2, "training": 0}
    marked = api.create_reading(api.reading_design(name="marked", questions=["marks"], **asked))
    token = api.invite_reader(marked, "Bob")
    while now := api.reading_state(token)["now"]:
        box = '[{"x": 0.1, "y": 0.2, "width": 0.5, "height": 0.3}]'
        api.keep_answer(token, {"slot": now["slot"], "question": "marks", "choice": box, "seconds": 1.0})
    api.close_reading(marked)
    open_settled(page, f"{site}/reading_room?reading={marked}&view=remarks")
    expect(page.locator(".stage svg text", has_text="Bob")).to_be_visible()
    over = page.locator(".stage svg path.line").evaluate("e => { const b = e.getBBox(); return [b.x, b.y, b.width, b.height] }")
    corners = page.locator(".shell").evaluate("e => [[0, 0], [80, 64]].map((p) => e.viewer.panes[0].place(p))")
    (left, top), (right, bottom) = corners  # of the film in the pane; readers saw the square in its middle
    wide, high = right - left, bottom - top
    seen = [(over[0] - left) / wide, (over[1] - top) / high, over[2] / wide, over[3] / high]
    assert seen == pytest.approx([0.1 + 0.8 * 0.1, 0.2, 0.8 * 0.5, 0.3], abs=0.01)


def test_a_case_of_several_films_is_not_answered_before_all_of_them_are_its_own(site: str, study: str, browser_page: Page) -> None:
    asked: dict[str, Any] = {"synthetic": ["read-drawn"], "real": "read-real", "cases": 2, "training": 0}
    api.create_reading(api.reading_design(name="of two", questions=["which_is_real"], **asked))
    token = api.invite_reader("of two", "Ann")
    first, held, page = api.reading_state(token)["now"]["slot"], list[Route](), browser_page

    def hold(route: Route) -> None:
        """The second film of the second case waits."""
        held.append(route) if "film=1" in route.request.url and first not in route.request.url else route.continue_()

    page.route("**/film?*", hold)
    page.goto(f"{site}/read/{token}")
    page.wait_for_function(READY)
    page.keyboard.press("1")
    page.wait_for_function(f"({POSITION}) === 2")
    page.wait_for_timeout(1500)  # the first film of it has come
    assert held and not page.evaluate("document.body.room.ready"), "the second pane still has a film of the case before"
    page.keyboard.press("2")
    assert page.evaluate(POSITION) == 2 and len(api.reading_answers("of two")) == 1
    for route in held:
        route.continue_()
    page.wait_for_function(READY)
    page.keyboard.press("2")
    expect(page.locator(".cover")).to_contain_text("All cases are read")
    assert api.reading_answers("of two")["choice"].tolist() == ["1", "2"]
