"""A report as a file: alone, whole, and no door for what somebody else wrote."""

import base64
import hashlib
import html
import io
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from bench_core.handover.report.comparison import DATA, compare
from bench_core.handover.report.facts import Sample, SetReport
from bench_core.handover.report.page import LARGEST, comparison_html, report_html
from tests.handover.report.reports import a_number, a_report

HOSTILE = "</script></style><img src=https://evil.example/x onerror=alert(1)>\"'{{ 7*7 }}"
ADDRESSES = {"src", "href", "action", "data", "poster", "srcset", "formaction", "xlink:href"}


class Seen(HTMLParser):
    """All elements and attributes of a page, and the text of its scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, list[str]] = {"script": [], "style": []}
        self._now = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._now = tag

    def handle_data(self, data: str) -> None:
        if self._now in self.inside:
            self.inside[self._now].append(data)

    def handle_endtag(self, tag: str) -> None:
        self._now = ""


def noise(side: int = 208) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (side, side)).astype(np.uint8)).save(buffer, format="WEBP", quality=80)
    return buffer.getvalue()


@pytest.fixture(scope="module", params=["report", "comparison"])
def page(request: pytest.FixtureRequest) -> str:
    """One in which every word of others is hostile."""
    number = a_number(title=HOSTILE, message=HOSTILE, summary=HOSTILE, settings={HOSTILE: HOSTILE})
    plain = a_report(HOSTILE, [number], warnings=[HOSTILE], limits=[HOSTILE], command=HOSTILE)
    text = plain.model_dump_json().replace('"Edema."', '"<b>bold</b>"').replace('"t1"', '"<i>t1</i>"').replace('"m"', '"<u>m</u>"')
    report = SetReport.model_validate_json(text)
    if request.param == "comparison":
        return comparison_html(compare(report, report), HOSTILE)
    return report_html(report, {"synthetic/s1": noise(), "train/<i>t1</i>": noise()})


def test_nothing_is_asked_for_and_words_of_others_are_text(page: str) -> None:
    seen = Seen(page)
    addresses = [value or "" for _, given in seen.elements for name, value in given.items() if name in ADDRESSES]
    assert all(address.startswith("data:image/") for address in addresses)
    assert not [name for _, given in seen.elements for name in given if name.startswith("on") or name == "style"]
    assert not {tag for tag, _ in seen.elements} & {"b>bold", "i", "u", "iframe", "link", "object", "form"}
    assert html.escape(HOSTILE) in page or html.escape(HOSTILE, quote=False) in page or "&lt;/script&gt;" in page
    assert "49" not in re.findall(r"onerror=alert\(1\)&gt;&#34;&#39;(\S+ \S+ \S+)", page)
    assert "url(http" not in page and "@import" not in page


def test_only_its_own_script_and_style_may_run(page: str) -> None:
    seen = Seen(page)
    policy = next(
        given["content"] for tag, given in seen.elements if tag == "meta" and given.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None and policy.startswith("default-src 'none'") and "unsafe" not in policy
    styles, scripts = ["".join(seen.inside["style"])], [s for s in seen.inside["script"] if not s.startswith("{")]
    for kind, texts in (("style-src", styles), ("script-src", scripts)):
        assert len(texts) == 1
        digest = base64.b64encode(hashlib.sha256(texts[0].encode()).digest()).decode()
        assert f"{kind} 'sha256-{digest}'" in policy


def test_a_report_holds_its_own_data() -> None:
    report = a_report("</script><b>", command="a & b > c")
    found = DATA.search(report_html(report, {}))
    assert found and SetReport.model_validate_json(found.group(1)) == report


def test_pictures_of_noise_stay_below_the_limit_and_missing_ones_are_said() -> None:
    samples = {role: [Sample(image_id=str(i), caption="") for i in range(12)] for role in ("synthetic", "real")}
    pairs = [a_report().pairs[0].model_copy(update={"image_id": f"p{i}", "train_image_id": f"q{i}"}) for i in range(12)]
    report, picture = a_report(samples=samples, pairs=pairs), noise()
    names = [f"{role}/{i}" for role in samples for i in range(12)] + [
        f"{kind}{i}" for kind in ("synthetic/p", "train/q") for i in range(12)
    ]
    whole = report_html(report, dict.fromkeys(names, picture))
    assert whole.count("data:image/webp") == 48 and len(whole.encode()) < LARGEST
    assert report_html(report, {}).count(">left out<") == 48


def test_numbers_say_what_they_can_see_and_what_they_lack() -> None:
    numbers = [
        a_number("one", blind=["does not see blur below 2 px at n = 30", "calls noise of 5 grey levels better at n = 30"], n_real=20),
        a_number("two", seen_above=None), a_number("three", status="skipped", message="too few images"),
        a_number("four", goal="maximize", diagnostic=True, where="better", seen_above=None, seen_below=0.5, unit="px"),
    ]  # fmt: skip
    page = re.sub(r"\s+", " ", report_html(a_report(numbers=numbers), {}))
    assert "At n = 30 it does not see blur below 2 px; takes for better: noise of 5 grey levels." in page
    assert "&gt; 6.40" in page and "no score: too few images" in page and "skipped: too few images" in page
    assert "&lt; 0.50" in page and "n = 20 real" in page and "px · diagnostic" in page
    assert page.count('class="plot"') == 4


def test_what_is_said_of_several_numbers_is_written_once() -> None:
    numbers = [a_number("one", message="Few & old."), a_number("two", message="Few & old."), a_number("three", message="Odd.")]
    page = report_html(a_report(numbers=numbers), {})
    body = page[: page.index('<script type="application/json"')]
    assert body.count("<li>⚠ 1 Few &amp; old.") == 1 and body.count('title="Few &amp; old."') == 2 and body.count("⚠ Odd.") == 1


def test_a_report_without_a_training_set_says_nothing_of_copies() -> None:
    bare = a_report(sets=a_report().sets[:2], copies=None, distances=None, pairs=[], attacks=[], plane=None, samples={})
    page = report_html(bare, {})
    assert "h-copies" not in page and "h-attacks" not in page and "no training set was given" in page
