"""The form that adds a model of one's own: a card, shown with what it lacks before it is written."""

from typing import Any

import streamlit as st

from bench_core import api
from pages.components.frame.problems import guard
from pages.components.style.numbers import size
from pages.components.style.words import code, inert, plain

PIPELINES = (
    "StableDiffusionPipeline", "StableDiffusionXLPipeline", "StableDiffusion3Pipeline", "PixArtSigmaPipeline", "SanaPipeline",
    "Lumina2Pipeline", "FluxPipeline", "DDPMPipeline",
)  # fmt: skip
NOTES = """Weights are **safetensors** files of a diffusers pipeline, in a folder on the server or in its hub cache (`hf download`).
Nothing is downloaded here and no code of a model is ever run. The card becomes a file that you can edit: the form writes what most models
need, the file can say more (parts from several places, a scale for each adapter)."""


def add_form() -> None:
    """Draws the form; checks on demand; writes when asked to."""
    done = st.session_state.pop("_added", None)
    if done:
        st.success(f"{plain(done[0])} is added: {code(done[1])}", icon=":material/check:")
    left, right = st.columns([5, 4], gap="medium")
    with left:
        model_id, fields = _ask()
        known = model_id in api.generators()
        replace = st.checkbox(f"Take the place of {plain(model_id)}", key="add-replace") if known else False
        with st.container(horizontal=True):
            check = st.button("Check", icon=":material/rule:", key="add-check", disabled=not model_id)
            go = st.button("Add", type="primary", icon=":material/add:", key="add-go", disabled=not model_id or (known and not replace))
    with right.container(border=True):
        if not (check or go):
            st.markdown("#### What can be added")
            st.markdown(NOTES)
            return
        with guard("add this model"):
            for place in (fields, *fields.get("lora", ())):
                if "path" in place:
                    place["path"] = str(api.path_for_pages(place["path"]))
            text, found = api.draft_model(model_id, fields)
            if go:
                path = api.add_model(model_id, fields, replace)
                st.session_state["_added"] = (model_id, str(path))
                st.rerun()
            show_check(found)
            st.code(text, language="toml")


def _ask() -> tuple[str, dict[str, Any]]:
    """The id and the fields as the form has them."""
    one, two = st.columns(2)
    model_id = one.text_input("Id", key="add-id", max_chars=60, placeholder="my-model", help="Lower-case words with dashes; never renamed.")
    title = two.text_input("Title", key="add-title", max_chars=80, placeholder="My model")
    where = st.segmented_control("Where are the weights?", ["Hub", "Folder on the server"], default="Hub", key="add-where") or "Hub"
    fields: dict[str, Any] = {"title": title.strip() or model_id.strip()}
    if where == "Hub":
        one, two = st.columns(2)
        fields["repo_id"] = one.text_input("Hub id", key="add-hub", placeholder="owner/name").strip()
        fields["revision"] = two.text_input("Commit", key="add-revision", placeholder="40 hex digits", help="Pins the weights.").strip()
    else:
        fields["path"] = st.text_input("Folder", key="add-folder", placeholder="/data/checkpoints/my-model").strip()
    one, two = st.columns(2)
    adapter = one.text_input("LoRA adapter, if any", key="add-lora", placeholder="owner/name or /folder").strip()
    file = two.text_input("File of the adapter", key="add-lora-file", placeholder="pytorch_lora_weights.safetensors").strip()
    if adapter:
        place = {"path": adapter} if adapter.startswith("/") else {"repo_id": adapter}
        fields["lora"] = [{**place, **({"weight_name": file} if file else {})}]
    one, two, three = st.columns([2, 1, 1])
    fields["pipeline"] = one.selectbox("Pipeline", PIPELINES, index=None, key="add-pipeline", placeholder="as the model says")
    fields["dtype"] = two.selectbox("Number format", ("float32", "bfloat16", "float16"), key="add-dtype")
    fields["variant"] = three.text_input(
        "Variant", key="add-variant", placeholder="fp16", help="Infix of the weight files, if any."
    ).strip()
    fields["settings"] = _settings(
        st.text_area(
            "Settings",
            key="add-settings",
            height=110,
            placeholder="num_inference_steps = 50\nguidance_scale = 7.5\nheight = 512\nwidth = 512",
            help="One a line, in the words of the pipeline's own call; what it does not know is refused.",
        )  # fmt: skip
    )
    one, two = st.columns(2)
    fields["licence"] = one.text_input("Licence", key="add-licence", placeholder="CreativeML Open RAIL-M").strip()
    fields["trained_on"] = two.text_input("Trained on", key="add-trained", help="Privacy is measured against these images.").strip()
    return model_id.strip(), fields


def _settings(text: str) -> dict[str, str]:
    """`name = value` lines as a mapping."""
    lines = [line.partition("=") for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return {name.strip(): value.strip().strip("\"'") for name, _, value in lines}


def show_check(found: Any) -> None:
    """A dry run: can it run, what is missing with the steps, memory, notes."""
    st.markdown(f"#### {plain(found.title)} " + (":green-badge[can run here]" if found.can_run else ":orange-badge[cannot run here yet]"))
    for lack in found.lacks:
        st.markdown(f":material/warning: {plain(lack.what)}")
        st.code(lack.fix, language="bash", wrap_lines=True)
    memory = found.memory
    if memory is not None:
        need = "unknown" if memory.need is None else f"about {size(memory.need)}, {memory.basis}"
        st.markdown(f"**Memory** {need}. Here: {size(memory.total)} ({memory.where}), {size(memory.free)} free.")
    for warning in found.warnings:
        st.caption(inert(warning))
