"""A user's own generator: what a form says becomes a card, checked before it is written."""

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bench_core.cards import GeneratorCard, generator_cards, read_card
from bench_core.config import Config
from bench_core.engine.catalogue import check_settings
from bench_core.errors import InputError, NameTaken, fault_of
from bench_core.generators.single_files import what_to_do_with

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
COMMIT = re.compile(r"[0-9a-f]{40}")


def draft(config: Config, model_id: str, fields: Mapping[str, Any]) -> tuple[str, GeneratorCard]:
    """The text of a card and the card, checked, not written.

    Raises:
        InputError: id, hub id, folder or a field cannot be used.
        SettingError: a setting that the pipeline does not know or that is out of range.
    """
    if not ID.fullmatch(model_id) or len(model_id) > 60:
        raise InputError(f"{model_id!r} cannot be the id of a model.", "Use lower-case words and numbers with dashes between: my-model-2.")
    known = {"backend": "diffusers", **{k: v for k, v in fields.items() if v not in (None, "", (), [], {})}}
    _check_places(known)
    target = config.card_folder / "generators" / f"{model_id}.toml"
    try:
        card = GeneratorCard.model_validate({**known, "id": model_id, "source": target})
    except ValidationError as error:
        raise InputError(fault_of(error)) from None
    if "settings" in known:
        checked = check_settings(card, {}).model_dump(mode="json")
        known["settings"] = {name: checked[name] for name in known["settings"]}
    text = as_toml(known)
    assert tomllib.loads(text) == json.loads(json.dumps(known))
    return text, card.model_copy(update={"settings": known.get("settings", {})})


def _check_places(fields: Mapping[str, Any]) -> None:
    places = [fields, *(a for a in fields.get("lora", ()) if isinstance(a, Mapping))]
    if bool(fields.get("repo_id")) == bool(fields.get("path")) and not (fields.get("components") and not fields.get("repo_id")):
        raise InputError("A model is a hub id or a folder.", "Give one of them.")
    for place in places:
        hub_id, folder, revision = (place.get(name) for name in ("repo_id", "path", "revision"))
        if hub_id and not HUB_ID.fullmatch(str(hub_id)):
            raise InputError(f"{hub_id!r} is no hub id.", "It has the form owner/name, as its page on the hub shows.")
        if folder and not _is_folder(str(folder)):
            raise InputError(f"There is no folder {str(folder)!r} on this machine.", "Give its whole path, as the server sees it.")
        if folder and not Path(str(folder)).is_absolute():
            raise InputError(f"The folder {str(folder)!r} is no whole path.", "Begin it with /.")
        if revision and not COMMIT.fullmatch(str(revision)):
            raise InputError(f"Revision {revision!r} is no commit.", "Give the 40 hex digits of a commit; branch names move.")


def _is_folder(name: str) -> bool:
    """Whether there is a folder of that name.

    Raises:
        InputError: it is a file: a checkpoint of another program.
    """
    path = Path(name)
    try:
        if path.is_file():
            lack = what_to_do_with(path)
            raise InputError(f"{lack.what}.", lack.fix)
        return path.is_dir()
    except OSError:  # a name that is too long, a folder that may not be looked into
        return False


def add(config: Config, model_id: str, fields: Mapping[str, Any], replace: bool = False) -> Path:
    """Writes the card and returns its path.

    Raises:
        NameTaken: there is a model of that id, and `replace` was not asked for.
        InputError, SettingError: see `draft`; nothing is written then.
    """
    text, card = draft(config, model_id, fields)
    if model_id in generator_cards(config.card_folder) and not replace:
        raise NameTaken(f"There is a generator named {model_id!r}.", "Choose another id, or ask to replace it.")
    part = card.source.with_suffix(".part")
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_text(text, encoding="utf-8")
    part.replace(card.source)
    read_card(card.source, GeneratorCard)
    return card.source


def as_toml(fields: Mapping[str, Any]) -> str:
    """A mapping as TOML: plain values first, then a table for each mapping."""
    plain = [f"{_key(k)} = {_value(v)}" for k, v in fields.items() if not isinstance(v, Mapping)]
    tables = [
        f"\n[{_key(k)}]\n" + "\n".join(f"{_key(n)} = {_value(x)}" for n, x in v.items())
        for k, v in fields.items()
        if isinstance(v, Mapping)
    ]
    return "\n".join([*plain, *tables]) + "\n"


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _text(name)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return _text(value) if isinstance(value, str) else json.dumps(value)


def _text(text: str) -> str:
    """A TOML string: as JSON writes it, but for the one control character that JSON leaves as it is."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
