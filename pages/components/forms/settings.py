"""Forms: the settings of a generator as its schema says, the prompt, and the request that they make."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from bench_core import api
from pages.components.style.words import code, inert, plain

LABELS = {
    "num_inference_steps": "Steps",
    "guidance_scale": "Guidance",
    "negative_prompt": "Negative prompt",
    "height": "Height",
    "width": "Width",
    "scheduler": "Scheduler",
}


def label_of(name: str) -> str:
    """`guidance_scale` as people say it; unknown names become words."""
    return LABELS.get(name, name.replace("_", " ").capitalize())


def in_range(field: api.SettingField, value: Any) -> Any:
    """A value (from an address or a file) made fit for the widget of its field; the default where it cannot be."""
    try:
        if field.type in ("int", "float"):
            cast = int if field.type == "int" else float
            value = cast(value)
            value = value if field.low is None else max(value, cast(field.low))
            return value if field.high is None else min(value, cast(field.high))
        if field.type == "bool":
            return bool(value)
        if field.type == "choice":
            return value if value in field.choices else field.default
        return str(value if value is not None else "")
    except (TypeError, ValueError):
        return field.default


def _widget(field: api.SettingField, key: str, faults: Mapping[str, str]) -> Any:
    """The field of a setting, and below it what is wrong with its value."""
    value = _field(field, key)
    if field.name in faults:
        st.markdown(f":red[:material/error: {inert(faults[field.name])}]")
    return value


def _field(field: api.SettingField, key: str) -> Any:
    label, note = plain(label_of(field.name)), f"{inert(field.help)} ({code(field.name)})".strip()
    keep: dict[str, Any] = {"key": key, "help": note, "persist_state": "session"}
    if field.type == "bool":
        return st.checkbox(label, **keep)
    if field.type == "choice":
        return st.selectbox(label, field.choices, **keep)
    if field.type in ("int", "float"):
        cast = int if field.type == "int" else float
        low, high = (None if v is None else cast(v) for v in (field.low, field.high))
        step = cast(field.step or 1) if cast is int else 0.5
        return st.number_input(label, min_value=low, max_value=high, step=step, **keep)
    return st.text_input(label, **keep)


def settings_form(model: str, fields: Sequence[api.SettingField], prefix: str) -> tuple[dict[str, Any], Mapping[str, str]]:
    """Draws all settings, text first in a whole row, the others two in a row; what is wrong with a value is said at its field.

    Returns:
        Those that differ from their defaults, and what is wrong, by name.
    """
    for field in fields:
        st.session_state.setdefault(f"{prefix}-{field.name}", in_range(field, field.default))
    values = {f.name: st.session_state[f"{prefix}-{f.name}"] for f in fields}
    changed = {f.name: values[f.name] for f in fields if values[f.name] != in_range(f, f.default)}
    faults = api.settings_faults(model, changed)
    for field in (f for f in fields if f.type == "str"):
        _widget(field, f"{prefix}-{field.name}", faults)
    _in_pairs([f for f in fields if f.type != "str" and not f.group], prefix, faults)
    held = [f for f in fields if f.group == "memory"]
    if held:
        with st.expander("Memory and speed"):
            _in_pairs(held, prefix, faults)
    return changed, faults


def _in_pairs(fields: Sequence[api.SettingField], prefix: str, faults: Mapping[str, str]) -> None:
    for start in range(0, len(fields), 2):
        for column, field in zip(st.columns(2), fields[start : start + 2], strict=False):
            with column:
                _widget(field, f"{prefix}-{field.name}", faults)


def fill_settings(fields: Sequence[api.SettingField], prefix: str, settings: Mapping[str, Any]) -> None:
    """Writes settings (of a PNG) into the form, before it is drawn; unknown ones are left out."""
    for field in fields:
        if field.name in settings:
            st.session_state[f"{prefix}-{field.name}"] = in_range(field, settings[field.name])


def prompt_spec(text: str, origin: Mapping[str, Any] | None) -> api.PromptSpec:
    """The prompt as a run stores it: with the labels of the preset or report it came from, if nobody edited it."""
    if origin and origin.get("text") == text:
        return api.PromptSpec(text=text, labels=dict(origin.get("labels") or {}), source_image_id=origin.get("source_image_id"))
    return api.PromptSpec(text=text)


def generate_spec(
    generator: str, prompt: api.PromptSpec, count: int, seed: int, settings: Mapping[str, Any], train: str | None
) -> api.GenerateSpec:
    """A request with a short name made of its content: the same request has the same name and is not done twice."""
    parts = [generator, prompt.model_dump(), count, seed, dict(settings), train]
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:4]
    return api.GenerateSpec(
        name=f"{generator}-{digest}",
        generator=api.Choice(id=generator, settings=dict(settings)),
        prompts=[prompt],
        count=count,
        seed=seed,
        train=train,
    )
