"""Images that are being made: live progress with a preview, then what to do with the finished set."""

import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.frame import address, who
from pages.components.frame.problems import attempt, go_button, show_error, show_refusal
from pages.components.frame.reference import ReferenceInUse
from pages.components.frame.selection import page_of
from pages.components.identity import sees_real
from pages.components.images.grids import Tile, image_grid
from pages.components.runs import evaluations
from pages.components.runs.status import (
    ACTIVE,
    badge,
    evaluation_of,
    kept,
    makes_images,
    outcome,
    progress_line,
    show_progress,
    warning_of,
)  # fmt: skip
from pages.components.style.markup import draw, html
from pages.components.style.palette import theme
from pages.components.style.words import plain
from pages.components.tables.downloads import images_button
from pages.components.tables.glance import HEADLINES, swatch
from pages.components.viewer.besides import with_nearest, with_other_models
from pages.components.viewer.showing import ask_open, was_asked

PER_PAGE = 24
NAME = "font-size:1.05rem;font-weight:600;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;max-width:40rem"


def show_runs(run_ids: list[str], reference: ReferenceInUse | None) -> None:
    """The sets of these runs, one below the other, live while one is active."""
    known = set(api.runs(500)["id"])
    gone = [r for r in run_ids if r not in known]
    if gone:
        which = "The run in the address is" if len(gone) == 1 else f"{len(gone)} runs in the address are"
        show_error(f"{which} not here: {', '.join(gone)[:80]}.", "Generate again, or look into the queue.")
    run_ids = [r for r in run_ids if r in known]
    if not run_ids:
        return
    active = any(api.run(r).status in ACTIVE for r in run_ids) or any(evaluation_of(api.run(r).set_id) is not None for r in run_ids)

    def live() -> None:
        show_refusal()
        runs = [api.run(r) for r in run_ids]
        for run in runs:
            with st.container(gap="small"):
                _show(run, reference, settled=not active)
        still = any(run.status in ACTIVE or evaluation_of(run.set_id) is not None for run in runs)
        if (active and was_asked()) or active != still:  # only the page opens a viewer; polling starts or ends
            st.rerun()

    # Buttons that lead away stand outside of a fragment: a page switch from inside one can meet its last update in the browser.
    st.fragment(live, run_every=1.0)() if active else live()


def _show(run: api.Run, reference: ReferenceInUse | None, *, settled: bool) -> None:
    model = run.spec.generator.id if isinstance(run.spec, api.GenerateSpec) else ""
    mark = html("{}&nbsp; ", swatch(read.look([model])[model], theme(), 14)) if model else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        draw(html("<div style='{}'>{}<span title='{}'>{}</span></div>", NAME, mark, run.name, run.name), width="content")
        st.markdown(badge(run.status, run.cancelling), width="content")
        st.space("stretch")
        if run.status in ACTIVE:
            theirs = not api.may_change(run.owner, who.user())
            st.button(
                "Cancel", key=f"cancel-{run.id}", icon=":material/stop:", on_click=attempt, args=(api.cancel, run.id, who.user()),
                disabled=run.cancelling or theirs, help=f"{plain(run.owner)} asked for it, and may cancel it." if theirs else None,
            )  # fmt: skip
        elif run.status in ("cancelled", "failed"):
            _repeat_button(run.id)
        if run.status not in ACTIVE and run.set_id and run.done:
            _next_steps(run, reference, settled=settled)
    with st.container(gap="small"):  # always there: what stands below keeps its place while one drawing overtakes another in the browser
        _show_state(run)
        for line in read.reservations(run.id):
            st.caption(f":material/info: {plain(line)}")
    _images(run, reference)


def _show_state(run: api.Run) -> None:
    """How far a run, or the evaluation of its set, is; or how it ended."""
    judging = evaluation_of(run.set_id)
    if run.status in ACTIVE:
        show_progress(run)
    elif judging:
        show_progress(api.run(judging), "Evaluating · ")
    elif run.status == "failed":
        show_error(run.error or "The run failed.", " ".join(p for p in (run.hint, kept(run)) if p))
    elif run.status == "cancelled":
        st.caption(plain(run.message))
    elif run.status == "done" and (said := warning_of(run.message)):
        st.caption(f":material/content_cut: {said}")


def _repeat_button(run_id: str) -> None:
    words = "Makes what is missing; what it finished is not made again."
    st.button("Repeat", key=f"repeat-{run_id}", icon=":material/replay:", on_click=attempt, args=(_again, run_id), help=words)


def _again(run_id: str) -> None:
    """Repeats a run and follows the new one in its place."""
    new = api.repeat(run_id, who.user())
    shown = st.query_params.get("runs", run_id).split(",")
    st.query_params["runs"] = ",".join(new if r == run_id else r for r in shown)


def _next_steps(run: api.Run, reference: ReferenceInUse | None, *, settled: bool) -> None:
    """What one does with a finished set; buttons that lead away only once nothing is polled any more (see `show_runs`)."""
    set_id = str(run.set_id)
    images_button(run.name, set_id, key=f"zip-{run.id}")
    if reference is None:
        return
    rows = read.results(reference)
    rows = rows[(rows["synthetic"] == set_id) & (rows["subgroup"] == "all")]
    done = rows[rows["status"] == "ok"]
    if evaluation_of(set_id):
        return
    if rows.empty:
        wanted = evaluations.Evaluations(reference, {run.name: set_id})
        evaluations.show_button(wanted, f"evaluate-{run.id}", kind="primary", what="this set")
        return
    if done.empty:
        st.markdown(":orange-badge[:material/rule: evaluated, but no number]", help=plain(str(rows["message"].iloc[0])), width="content")
    if not settled:
        return
    if not done.empty:
        x, y = pick_axes(done["metric"].tolist())
        go_button(
            "Trade-off plot", "trade_offs", key=f"plot-{run.id}", icon=":material/bubble_chart:", state={"set": run.name, "x": x, "y": y}
        )
    go_button("Nearest training images", "memorization", key=f"near-{run.id}", icon=":material/fingerprint:", state={"set": run.name})


def pick_axes(computed: list[str]) -> tuple[str, str]:
    """Two metrics that this set has numbers for: the usual pair where it can be, else another of the same families."""
    metrics = api.metrics()
    usual = ["frechet_distance", *HEADLINES["privacy"], "kernel_distance", "copy_share"]
    families = ("fidelity", "variety", "alignment"), ("privacy", "utility")
    pair = []
    for group in families:
        rest = [m for m in computed if m in metrics and m not in pair]
        inside = sorted((m for m in rest if metrics[m].family in group), key=lambda m: usual.index(m) if m in usual else 99)
        pair.append(next(iter(inside or rest), computed[0]))
    return pair[0], pair[1]


def _images(run: api.Run, reference: ReferenceInUse | None) -> None:
    set_id, total = run.set_id, run.total
    first = run.spec.seed if isinstance(run.spec, api.GenerateSpec) else None
    rows = api.find_set(set_id).table if set_id and run.done else None
    made = min(len(rows), run.done) if rows is not None else 0
    slots = range(total if run.status in ACTIVE else made)
    slot = st.container()
    alone = st.query_params.get("runs", run.id) == run.id  # several sets have a page each
    page = address.page(-(-len(slots) // PER_PAGE), key=f"page-{run.id}", name="page" if alone else f"page-{run.id}")
    shown = page_of(slots, page, PER_PAGE)
    records = {i: rows.iloc[i] for i in shown if i < made} if rows is not None else {}
    ready = [row["image_id"] for row in records.values()]
    pictures = dict(zip(ready, read.thumbnails(str(set_id), ready, 192), strict=True)) if ready else {}
    tiles = []
    for i in shown:
        if i in records:
            row = records[i]
            tiles.append(
                Tile(
                    row["image_id"],
                    pictures[row["image_id"]],
                    caption=_seed(row["seed"]),
                    title=" · ".join(p for p in (run.name, f"“{row['prompt']}”", _seed(row["seed"])) if p),
                    alt=f"Synthetic chest X-ray: {row['prompt']}",
                )
            )
        elif i == made and run.preview_png and not _withheld(run):
            tiles.append(
                Tile(
                    f"wait-{i}",
                    run.preview_png,
                    caption=f"{_seed(first, i)} · in progress".removeprefix(" · "),
                    alt="Preview",
                    word="Preview",
                )
            )
        else:
            tiles.append(Tile(f"wait-{i}", None, caption=_seed(first, i), alt="waiting", word=""))
    big = 168 if total <= 4 else 120
    with slot:
        if tiles:
            image_grid(
                tiles, f"made-{run.id}", side=big, on_click=lambda i: _open(run, i, ready, reference) if not i.startswith("wait") else None
            )


def _withheld(run: api.Run) -> bool:
    """Whether what a run draws are films of patients, handed on by its generator, which this visitor may not see."""
    return isinstance(run.spec, api.GenerateSpec) and run.spec.train is not None and not sees_real()


def _open(run: api.Run, image_id: str, listed: list[str], reference: ReferenceInUse | None) -> None:
    """Opens an image among those of its page; beside each are those that the other models of the address made for its prompt and seed."""
    others = [api.run(r) for r in st.query_params.get("runs", "").split(",") if r and r != run.id]
    images = with_nearest(str(run.set_id), listed, reference)
    ask_open(str(run.set_id), image_id, with_other_models(images, {str(o.set_id): o.name for o in others if o.set_id and o.done}))


def _seed(first: float | None, more: int = 0) -> str:
    """The seed of an image in words; nothing where it has none."""
    return "" if first is None or first != first else f"seed {int(first) + more}"


def show_last(reference: ReferenceInUse | None) -> None:
    """Before anything was asked for: what will be here, and the newest runs to come back to."""
    runs = api.runs(100)
    runs = runs[runs["kind"].map(makes_images).astype(bool)].head(3)
    st.markdown("Images will appear here as they are made, one row per model, each beneath its seed. Choose models and words at the left.")
    for row in runs.to_dict("records"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(badge(row["status"]), width="content")
            if st.button(plain(str(row["name"])), key=f"again-{row['id']}", type="tertiary"):
                st.query_params["runs"] = row["id"]
                st.rerun()
            st.caption(outcome(row) if row["status"] not in ACTIVE else progress_line(api.run(row["id"])), width="stretch")
            if row["status"] in ("cancelled", "failed"):
                _repeat_button(str(row["id"]))
    names = read.sets("synthetic")
    for row in names.head(3).to_dict("records") if reference else []:
        ids = read.table(row["id"])["image_id"].head(6).tolist()
        st.markdown(f"**{plain(row['name'])}**")
        tiles = [Tile(i, p, title=row["name"]) for i, p in zip(ids, read.thumbnails(row["id"], ids), strict=True)]
        image_grid(tiles, f"last-{row['id']}", side=96, on_click=lambda i, s=row["id"]: ask_open(s, i))
