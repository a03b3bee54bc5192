"""Images shown large: `show` draws the viewer in a page, `ask_open` opens it over the page. No page draws a large image otherwise."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st

from bench_core import api
from pages.components.frame.menu import page_path
from pages.components.viewer.serving import address_of_scripts

HERE = Path(__file__).parent
MOST = 120
"""Images that a browser is given at once, around the one that is looked at; it asks for more near their ends."""
STUB = """
export default async function (component) {
  const site = (window.__streamlit?.BACKEND_BASE_URL || location.origin).replace(/\\/+$/, "")
  let viewer, kind
  try { viewer = await import(site + "<address>/main.js"); <kind> }
  catch (error) {
    const said = document.createElement("p")
    said.className = "trouble"; said.setAttribute("role", "alert")
    said.textContent = "The viewer could not be loaded. Reload the page; if that does not help, the server is of another version."
    component.parentElement.querySelector(".place").replaceChildren(said)
    return
  }
  return viewer.default(component, kind)
}
"""


def viewer_of(name: str, kind: str = "") -> Callable[..., Any]:
    """The viewer as a component of that name.

    Args:
        kind: a statement of JavaScript that sets `kind` to a class made of the viewer's; `site` and `<address>` say where scripts are.
    """
    component: Callable[..., Any] = st.components.v2.component(
        name,
        html="<div class='place'></div>",
        css=(HERE / "style.css").read_text(encoding="utf-8"),
        js=STUB.replace("<kind>", kind).replace("<address>", address_of_scripts()),
    )
    return component


_VIEWER = viewer_of("film_viewer")
WAYS = (
    {"id": "memorization", "label": "Nearest training images", "kind": "synthetic"},
    {"id": "embeddings", "label": "Find it on the map", "kind": ""},
)


@dataclass(frozen=True)
class Beside:
    """An image that can be shown beside another one; `label` names it in lists."""

    set_id: str
    image_id: str
    label: str


@dataclass(frozen=True)
class Shown:
    """One image to go through, those that can be shown beside it, and what a viewer of another kind wants to know of it."""

    set_id: str
    image_id: str
    beside: Sequence[Beside] = field(default_factory=tuple)
    more: Mapping[str, Any] = field(default_factory=dict)

    def item(self) -> dict[str, Any]:
        """As the browser wants it."""
        beside = [{"set": b.set_id, "image": b.image_id, "label": b.label} for b in self.beside]
        return {"set": self.set_id, "image": self.image_id, "beside": beside, **self.more}


def show(
    images: Sequence[Shown],
    at: int,
    key: str,
    *,
    panes: Sequence[str] = ("self",),
    height: int | None = 460,
    on: Mapping[str, Callable[[Any], None]] | None = None,
    viewer: Callable[..., Any] = _VIEWER,
) -> None:
    """The viewer with these images, showing the one at that place.

    Args:
        panes: what one to four panes show at first: `self`, `b0` (the first image beside), `n1` (the next image), `difference`, `blend`,
            `blink`, `swipe`.
        height: pixels in the page; None: over all of it.
        on: called before the page runs again: `turned` and `closed` with what the browser says, `went` with the way that was chosen.
        viewer: of another kind (`viewer_of`).
    """
    around, mode = part_of(len(images), at), "inline" if height else "over"
    data = {
        "mode": mode, "items": [image.item() for image in images[around]], "at": at - around.start, "first": around.start,
        "total": len(images), "panes": list(panes), "height": height or 0, "ways": WAYS, "follows": mode == "inline" and bool(on),
        "ask": st.session_state.get("_asks", 0),
    }  # fmt: skip

    def told(what: str) -> None:
        value = (st.session_state.get(key) or {}).get(what)
        act = {"went": _go, **(on or {})}.get(what)
        if value is not None and act:
            act(value)

    changes = {f"on_{what}_change": lambda what=what: told(what) for what in ("turned", "closed", "went")}
    viewer(key=key, data=data, **changes)


def part_of(count: int, at: int) -> slice:
    """The images of a long list that go to the browser: MOST of them around the one at that place."""
    start = max(0, min(at - MOST // 2, count - MOST))
    return slice(start, min(start + MOST, count))


def ask_open(set_id: str, image_id: str, among: Sequence[str] | Sequence[Shown] = ()) -> None:
    """Asks that an image be opened over the page; for use in callbacks. `among`: what is gone through, by default all images of the set."""
    st.session_state["_viewing"] = (set_id, image_id, list(among), None)
    st.session_state["_asked"] = True
    st.session_state["_asks"] = st.session_state.get("_asks", 0) + 1


def was_asked() -> bool:
    """Whether a click asked for an image since this was last called: a fragment, which cannot open it, then runs the page again."""
    return st.session_state.pop("_asked", None) is not None


Fill = Callable[[str, Sequence[str]], Sequence[Shown]]


def open_if_asked(page: str, fill: Fill) -> None:
    """Opens the viewer over the page for what a click, or the address, asked for; at the end of each page.

    Args:
        fill: the images of a set with those that can be shown beside them; asked for the few that go to the browser.
    """
    if way := st.session_state.pop("_way", None):
        st.switch_page(page_path(way))
    asked = st.session_state.get("_viewing") or _of_address()
    if asked is None:
        return
    set_id, image_id, among, where = asked
    if where not in (None, page):  # opened on a page that was left
        st.session_state.pop("_viewing")
        return
    st.session_state["_viewing"] = (set_id, image_id, among, page)

    def turned(value: Mapping[str, str]) -> None:
        st.session_state["_viewing"] = (value["set"], value["image"], among, page)

    images, at = _worklist(set_id, image_id, among, fill)
    show(images, at, "viewer", height=None, on={"turned": turned, "closed": lambda _: st.session_state.pop("_viewing", None)})


class _Filled(Sequence[Shown]):
    """Images of a set by their ids, filled in only as far as somebody looks."""

    def __init__(self, set_id: str, image_ids: Sequence[str], fill: Fill) -> None:
        self._set, self._ids, self._fill = set_id, image_ids, fill

    def __len__(self) -> int:
        return len(self._ids)

    def __getitem__(self, where: Any) -> Any:
        found = self._fill(self._set, self._ids[where] if isinstance(where, slice) else [self._ids[where]])
        return found if isinstance(where, slice) else found[0]


def _worklist(set_id: str, image_id: str, among: Sequence[Any], fill: Fill) -> tuple[Sequence[Shown], int]:
    """What is gone through, and the place of the image; the image alone where it is not there: its pane says what is wrong."""
    try:
        if among and isinstance(among[0], Shown):
            return among, next(i for i, a in enumerate(among) if (a.set_id, a.image_id) == (set_id, image_id))
        rows = api.find_set(set_id).rows_by_id
        return _Filled(set_id, among or list(rows), fill), (among.index(image_id) if among else rows[image_id])
    except (api.BenchError, StopIteration, ValueError, KeyError):
        return [Shown(set_id, image_id)], 0


def _of_address() -> tuple[str, str, list[str], None] | None:
    set_id, found, image_id = st.query_params.get("open", "").partition(".")
    return (set_id, image_id, [], None) if found else None


def _go(value: Mapping[str, str]) -> None:
    """Leaves the viewer for another page, with the image that was looked at."""
    st.session_state.pop("_viewing", None)
    if value["way"] == "memorization":
        st.session_state["_carry"] = {"set": api.find_set(value["set"]).name, "_image": value["image"]}
    else:
        st.session_state["_carry"] = {"_found": (value["set"], value["image"])}
    st.session_state["_way"] = value["way"]
