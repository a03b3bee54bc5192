"""Generate: one or several models side by side draw the same prompt; images appear as they are made."""

import secrets

import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.forms.prompting import choose_prompt
from pages.components.forms.settings import fill_settings, generate_spec, label_of, settings_form
from pages.components.frame import address, who
from pages.components.frame.problems import empty, guard
from pages.components.frame.reference import ReferenceInUse
from pages.components.page import open_page
from pages.components.panels import demo
from pages.components.runs import making
from pages.components.runs.cuts import show_cuts
from pages.components.style.numbers import counted, duration
from pages.components.style.words import inert, plain

MOST = 100_000
FORECAST_FROM = 200
LAST_SEED = 2**31 - 1000
MEASURED = "at the speed measured here"


def restore() -> None:
    """Fills the form from an image that was made here: PNG, JPEG or DICOM."""
    upload = st.session_state.get("restore")
    found = api.read_provenance(upload.getvalue()) if upload else None
    generator = (found or {}).get("generator")
    if not found or generator not in api.generators():
        st.session_state["_note"] = "This file does not say how it was made." if upload else None
        return
    st.session_state.update(models=[generator], prompt=str(found.get("prompt") or ""), seed=int(found.get("seed") or 0), count=1)
    fill_settings(api.settings_schema(generator), f"set-{generator}", found.get("settings") or {})
    st.session_state["_note"] = f"Settings of {generator}, seed {st.session_state['seed']}, are restored."


def draw_seed() -> None:
    """Another seed, by chance."""
    st.session_state["seed"] = secrets.randbelow(1_000_000)


def choose(reference: ReferenceInUse | None, models: list[str]) -> list[api.GenerateSpec]:
    """The left column: everything that decides the images. Returns one request per model when asked to generate."""
    chosen = address.several(
        st.multiselect,
        "Models",
        models,
        models[:1],
        key="models",
        max_selections=4,
        help="Several models draw the same prompt with the same seeds, side by side.",
    )
    prompt = choose_prompt(reference, lambda text: show_cuts(chosen, text))
    left, right = st.columns(2)
    st.session_state.setdefault("count", 4)
    st.session_state.setdefault("seed", 71)
    count = int(left.number_input("Images each", 1, MOST, key="count", persist_state="session") or 1)
    seed = int(right.number_input("Seed", 0, LAST_SEED, key="seed", persist_state="session", help="Image i has seed + i.") or 0)
    right.button("Random", type="tertiary", on_click=draw_seed, help="Draws another seed.")
    slot = st.container()
    settings, faults = {}, {}
    if chosen:
        for model, tab in zip(chosen, st.tabs([f"Settings of {plain(m)}" if len(chosen) == 1 else plain(m) for m in chosen]), strict=True):
            with tab:
                settings[model], faults[model] = settings_form(model, api.settings_schema(model), f"set-{model}")
                if avoided := settings[model].get("negative_prompt"):
                    show_cuts([model], avoided, "negative prompt")
    wrong = [m for m in chosen if faults[m]]
    times = {m: api.estimate(m, settings[m], count) for m in chosen if m not in wrong}
    known = [t.seconds for t in times.values() if t.seconds is not None]
    label = f"Generate · {duration(sum(known))}" if known and len(known) == len(times) else "Generate"
    able = bool(chosen) and prompt is not None and not wrong
    pressed = slot.button(label, type="primary", icon=":material/auto_awesome:", width="stretch", disabled=not able)
    for model in wrong:
        names = plain(", ".join(label_of(name).lower() for name in faults[model]))
        slot.markdown(f":small[:red[{plain(model)}: {names} cannot be; see the settings below.]]")
    if count >= FORECAST_FROM or any(t.basis != MEASURED for t in times.values()):
        slot.caption("  \n".join(f"{plain(m)}, {counted(count, 'image')}: {duration(t.seconds)}, {t.basis}" for m, t in times.items()))
    st.file_uploader(
        "Restore settings from an image made here", type=["png", "jpg", "dcm"], key="restore", on_change=restore, max_upload_size=20
    )
    if st.session_state.get("_note"):
        st.caption(inert(st.session_state["_note"]))
    if not pressed or prompt is None:
        return []
    cards = api.generators()
    train = reference.train if reference else None
    return [generate_spec(m, prompt, count, seed, settings[m], train if cards[m].needs_train else None) for m in chosen]


def draw(reference: ReferenceInUse | None) -> None:
    """Form at the left, images at the right."""
    models = [m for m in api.generators() if read.missing("generator", m) is None]
    if not models:
        if reference is None:
            return demo.offer("No model can run here yet", "Models draw chest X-rays from your prompt, here.")
        empty("No model can run here", "The catalog says what each model lacks on this machine.", "Open the catalog", page="catalog")
        return None
    models.sort(key=lambda m: (m != "phantom-ldm", m))
    left, right = st.columns([3, 8], gap="medium")
    with left:
        specs = choose(reference, models)
    with right:
        if specs:
            with guard("queue this request"):
                st.query_params["runs"] = ",".join(who.submit(spec) for spec in specs)
        run_ids = [r for r in st.query_params.get("runs", "").split(",") if r]
        if run_ids:
            making.show_runs(run_ids, reference)
        else:
            making.show_last(reference)
    return None


open_page("Generate", "What do these models draw for the same words?", draw)
