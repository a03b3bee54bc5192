"""Settings are keyword-only arguments: declared once, they are checked, stored, drawn as a form and shown in help."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from bench_core.errors import SettingError, fault_of


class Settings(BaseModel):
    """Base of every settings model: unknown names are errors, not dropped."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())


def settings_of(function: Callable[..., Any]) -> type[Settings]:
    """The settings model of a function: one field a keyword-only argument; `Annotated[int, Field(ge=1)]` sets ranges."""
    hints = get_type_hints(function, include_extras=True)
    fields: dict[str, Any] = {
        p.name: (hints.get(p.name, Any), p.default)
        for p in inspect.signature(function).parameters.values()
        if p.kind is p.KEYWORD_ONLY and p.name != "seed" and not p.name.startswith("on_")
    }
    return create_model(f"{getattr(function, '__name__', 'function')}_settings", __base__=Settings, **fields)


def check(model: type[Settings], values: Mapping[str, Any], owner: str) -> Settings:
    """Checks `values` against `model`; text such as `"25"` from a command line becomes what the field wants.

    Raises:
        SettingError: unknown name or bad value; names owner, setting, value and what is allowed.
    """
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]) or "?"
        if first["type"] == "extra_forbidden":
            known = ", ".join(model.model_fields) or "none"
            raise SettingError(f"{owner} has no setting {name!r}.", f"It has: {known}.") from None
        if not first["loc"]:  # of several settings together: the model says what is wrong in words of its own
            raise SettingError(f"{owner}: {fault_of(error)}") from None
        raise SettingError(f"{owner}: setting {fault_of(error)}") from None


def faults(model: type[Settings], values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with each value that cannot be, by name of the setting and in words for its field; empty where all can."""
    try:
        model.model_validate(dict(values))
    except ValidationError as error:
        return {".".join(str(part) for part in one["loc"]) or "?": _fault(one) for one in error.errors()}
    return {}


def _fault(error: Any) -> str:
    given, rule = error.get("input"), error.get("ctx") or {}
    if "multiple_of" in rule and isinstance(given, int):
        step = int(rule["multiple_of"])
        below = given // step * step
        return f"{given} cannot be: it must be a multiple of {step}, such as {below} or {below + step}."
    if error["type"] == "extra_forbidden":
        return "There is no such setting."
    return f"{given!r} cannot be: {error['msg'][:1].lower()}{error['msg'][1:]}."


def keyed(model: type[Settings], values: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that belong into a content key: without those that decide no pixel.

    A field says so in `json_schema_extra`: `{"keyed": "never"}`, or `"unless_default"` where its default is told by something else.
    """
    kept = {}
    for name, value in values.items():
        info = model.model_fields.get(name)
        extra = info.json_schema_extra if info is not None and isinstance(info.json_schema_extra, dict) else {}
        rule = extra.get("keyed")
        if rule != "never" and not (rule == "unless_default" and info is not None and value == info.default):
            kept[name] = value
    return kept
