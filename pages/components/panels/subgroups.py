"""Numbers by finding or view: one cell with its images, the figures of all cells."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.figures import subgroup_charts, subgroup_numbers
from pages.components.figures.charts import CONFIG
from pages.components.frame import address
from pages.components.frame.compared import choose_set
from pages.components.frame.reference import ReferenceInUse
from pages.components.frame.room import wide
from pages.components.frame.selection import clicked_name
from pages.components.images.grids import Tile, caption, image_grid
from pages.components.style.numbers import counted
from pages.components.style.palette import theme
from pages.components.style.words import plain
from pages.components.tables.about import About
from pages.components.tables.definitions import define
from pages.components.tables.downloads import downloads
from pages.components.viewer.showing import ask_open


def show_cell(reference: ReferenceInUse, found: pd.DataFrame, metric: api.Metric, by: str) -> tuple[str, str]:
    """The chosen set and group: what its number says, its images and the real ones beside them."""
    names, groups = found["set_name"].drop_duplicates().tolist(), found["group"].drop_duplicates().tolist()
    lacks = f"It is here, and has no {metric.title} by {by}: evaluate it by {by}, or choose another metric."
    name = choose_set(names, names[0], lacks, help="Or click a cell or a point.")
    group = address.one(st.selectbox, by.capitalize(), groups, groups[0], key=by)
    rows = found[(found["set_name"] == name) & (found["group"] == group)]
    if rows.empty:
        st.markdown(f"{plain(name)} has no image with {plain(group)}.")
        return name, group
    st.markdown(subgroup_numbers.words(rows.iloc[0].to_dict(), metric))
    for set_id, kind, source, count in (
        (rows["synthetic"].iloc[0], "synthetic", name, 9),
        (reference.real, "real", reference.real_name, 3),
    ):
        members = read.members(set_id, f"{by}={group}")
        st.caption(f"{plain(source)}: {counted(len(members), 'image')}")
        pictures = read.thumbnails(set_id, members[:count])
        tiles = [
            Tile(i, p, kind=kind, title=caption(read.row(set_id, i), source), word="")
            for i, p in zip(members[:count], pictures, strict=True)
        ]
        image_grid(tiles, f"{kind}-of-group", side=76, on_click=lambda i, s=set_id, m=members: ask_open(s, i, m))
    return name, group


@dataclass(frozen=True)
class Grouping:
    """How cells are grouped: by finding or view, the share of real images in each group, the chosen set and group."""

    by: str
    share: Mapping[str, float]
    chosen: tuple[str, str]


def show_figures(found: pd.DataFrame, metric: api.Metric, grouping: Grouping, judged: str, told: About) -> None:
    """Heat map, then the long tail; a click selects. `judged` says how many are coloured, `told` what downloads are about."""
    by, share, chosen = grouping.by, grouping.share, grouping.chosen

    def clicked(key: str) -> None:
        hit = clicked_name(st.session_state.get(key))
        if hit and int(hit) < len(found):
            st.session_state.update({"set": found["set_name"].iat[int(hit)], by: found["group"].iat[int(hit)]})

    heat = subgroup_charts.heat_map(found, metric, theme(), share, chosen)
    tail = subgroup_charts.long_tail(found, metric, read.look(found["set_name"].unique().tolist()), theme(), share, chosen[0])
    more = (
        f"Each cell has its score at the sizes that compare, and n; it is **bold and coloured** where that lies outside the range in "
        f"which a perfect generator of the same n falls, the deeper the farther (in units of that range). {judged} "
        f"Fewer than {subgroup_numbers.SMALL} images are grey; – was skipped, and its note in the table says why."
    )
    for key, figure, text in (
        ("heat", heat, more),
        (
            "tail",
            tail,
            f"**Long tail** of {plain(chosen[0])}: grey bars are the ranges of a perfect generator at each {by}'s own n. Rare {by}s have "
            "few images, which widens the bar and moves it; a point outside its bar may be a failure of the generator, and one in twenty "
            "is outside by chance.",
        ),
    ):
        wide(key).plotly_chart(
            figure, key=key, on_select=lambda k=key: clicked(k), selection_mode="points", config=CONFIG, alt=f"{metric.title} by {by}"
        )
        define([metric] if key == "heat" else [], text)
        downloads(f"findings-{key}", found.drop(columns=["settings"]), figure, theme(), told)
