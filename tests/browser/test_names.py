"""What somebody called a thing is text in a real browser: nothing outside is asked for, nothing is made of it, its characters are shown.

Beside `tests/pages/test_every_page.py`, which looks at all that is Markdown: here also what Streamlit and Plotly draw of it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import run_verbs
from tests.browser.screenshots import open_settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1500)]

OUTSIDE = "outside.example"
NAME = f"![x](http://{OUTSIDE}/a.png) <img src=http://{OUTSIDE}/b.png> $x^2$ :house: [l](http://{OUTSIDE})"
CARD = f"""
title = "{NAME}"
backend = "diffusers"
path = "/nowhere/{NAME}"
family = "{NAME}"
summary = "{NAME}"
licence = "{NAME}"
trained_on = "{NAME}"
paper = "http://{OUTSIDE}/) ![x](http://{OUTSIDE}/c.png"
"""
AGAINST = "reference=Own+choice&real=small-real&train=small-train"
SHOWN = ("overview", "generate", "queue", "trade_offs", "findings", "memorization", "embeddings", "catalog")
"""Pages whose words say it; on Data it stands in a table that is drawn as a picture, and in a field."""
MADE_OF_IT = """(outside) => {
  const words = [], made = []
  const walk = (root) => {
    for (const e of root.querySelectorAll("*")) {
      const asks = ["src", "srcset", "style", "data"].some((name) => (e.getAttribute(name) || "").includes(outside))
      const leads = e.matches("a[href]") && e.host.includes(outside) && e.innerText !== "paper"  // a paper is a link, and it may be theirs
      if (asks || leads || e.matches(".katex, .katex-error")) made.push(e.outerHTML.slice(0, 300))
      if (e.tagName === "text") words.push(e.textContent)
      if (e.shadowRoot) { words.push([...e.shadowRoot.children].map((c) => c.innerText || "").join(" ")); walk(e.shadowRoot) }
    }
  }
  walk(document.body)
  return [made, (document.body.innerText + " " + words.join(" ")).replace(/\\u2060/g, "").replace(/\\s+/g, " ")]
}"""


@pytest.fixture(scope="module")
def runs(site: str, environment: dict[str, str]) -> Iterator[str]:
    """A set, its prompt and owner, a model and the error of a run are called so, and that set has numbers; the ids of both runs."""
    home = Path(environment["BENCH_HOME"])
    card = home / "cards" / "generators" / "odd.toml"
    card.parent.mkdir(parents=True, exist_ok=True)
    card.write_text(CARD)
    theirs = environment | {"BENCH_USER": NAME}
    drawn = ("generate", "--generator", "phantom-vae", "--prompt", NAME)
    study = ("--real", "small-real", "--train", "small-train", "--encoder", "phantom-eye")
    run_verbs(
        theirs,
        (*drawn, "--count", 12, "--name", NAME),
        (*drawn, "--count", 1, "--name", f"2 {NAME}"),
        ("evaluate", "--synthetic", NAME, *study, "--metrics", "frechet_distance,closer_to_train", "--no-intervals"),
    )
    with closing(sqlite3.connect(home / "bench.sqlite")) as database, database:
        database.execute("UPDATE runs SET status = 'failed', error = ?, hint = ? WHERE name = ?", (f"{NAME} failed.", NAME, f"2 {NAME}"))
        ids = [row[0] for row in database.execute("SELECT id FROM runs WHERE kind = 'generate' AND owner = ?", (NAME,))]
    assert len(ids) == 2
    yield ",".join(ids)
    card.unlink()


def test_names_are_text(site: str, runs: str, browser_page: Page) -> None:
    page, asked = browser_page, []
    own = (site, site.replace("http", "ws", 1), "data:", "blob:")
    page.on("request", lambda request: None if request.url.startswith(own) else asked.append(request.url))
    said = "&".join(f"{key}={quote(NAME, safe='')}" for key in ("set", "look", "compare"))
    for which in (*SHOWN, "data"):
        open_settled(page, f"{site}/{'' if which == 'overview' else which}?{AGAINST}&runs={runs}&{said}")
        made, words = page.evaluate(MADE_OF_IT, OUTSIDE)
        assert made == [] and asked == [], which
        assert which == "data" or NAME in words, which
