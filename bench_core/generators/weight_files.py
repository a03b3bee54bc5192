"""Where the files of a diffusers card lie, and which of them are not there. Nothing is downloaded and no library of models imported."""

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench_core.cards import Adapter, GeneratorCard, Source
from bench_core.errors import CardError, InputError
from bench_core.generators.backend import Lack

LIBRARIES = ("diffusers", "transformers")
"""Libraries that parts of a pipeline may come from; an index that names another one is refused before anything is loaded."""

WEIGHTLESS = ("tokenizer", "scheduler", "extractor", "processor")
"""Words in the class names of parts that are configuration alone."""

PICKLES = (".bin", ".ckpt", ".pt", ".pth", ".pkl")
ADAPTER_FILES = ("pytorch_lora_weights.safetensors", "adapter_model.safetensors")


@dataclass(frozen=True)
class Place:
    """One part of a model: its name, where the card says it is, and its folder (None: not on this machine)."""

    part: str
    source: Source
    folder: Path | None
    needs_weights: bool = True


def folder_of(card: GeneratorCard, source: Source) -> Path | None:
    """The folder of a source on this machine, from the card's neighbourhood or the hub's cache; None where it is not."""
    hub_id = card.hub_id(source)
    local = card.relative(source.path) if source.path else None
    root = _cached(hub_id, source.revision) if hub_id is not None else local
    if root is not None and source.subfolder:
        root = root / source.subfolder
    return root if root is not None and root.is_dir() else None


def _cached(repo_id: str, revision: str | None) -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(repo_id, revision=revision, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError, OSError):
        return None


def commits_of_unpinned(card: GeneratorCard) -> list[str]:
    """The commits that unpinned hub ids of a card stand for on this machine, so that newer weights are a new key."""
    start = whole(card)
    sources = [s for s in (start, *card.components.values(), *card.lora) if s is not None]
    roots = [_cached(str(card.hub_id(s)), None) for s in sources if card.hub_id(s) and not s.revision]
    return [root.name for root in roots if root is not None]


def whole(card: GeneratorCard) -> Source | None:
    """The pipeline that the card starts from; None for one that is assembled from its parts."""
    return Source(path=card.path, repo_id=card.repo_id, revision=card.revision) if card.path or card.repo_id else None


def json_object(path: Path) -> dict[str, Any]:
    """The JSON object in a file.

    Raises:
        InputError: the file holds none.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:  # no JSON, or no UTF-8
        raise InputError(f"{path} is no JSON ({error}).", "Fetch it again.") from None
    if not isinstance(found, dict):
        raise InputError(f"{path} holds no JSON object but a {type(found).__name__}.", "Fetch it again.")
    return found


def index_of(card: GeneratorCard) -> dict[str, Any]:
    """`model_index.json` of the card's pipeline, checked; empty where there is none.

    Raises:
        InputError: the file is damaged.
        CardError: the model brings code of its own, which is never run here.
    """
    source = whole(card)
    folder = folder_of(card, source) if source else None
    path = folder / "model_index.json" if folder else None
    if path is None or not path.is_file():
        return {}
    index = json_object(path)
    name = index.get("_class_name", "StableDiffusionPipeline")
    if not isinstance(name, str):
        raise CardError(path, "_class_name", f"is {name!r}: a pipeline with code of its own, and code of a model folder is never run here")
    for part, entry in index.items():
        if isinstance(entry, list) and entry[0] is not None and entry[0] not in LIBRARIES and not _is_pipeline_module(entry[0]):
            raise CardError(
                path, part, f"comes from {entry[0]!r}, which is neither diffusers nor transformers; such code is never run here"
            )
    return index


def _is_pipeline_module(name: Any) -> bool:
    """Whether diffusers has pipelines in a folder of that name (the safety checker is listed as `stable_diffusion`)."""
    import importlib.util

    found = importlib.util.find_spec("diffusers")
    return bool(found and found.origin and str(name).isidentifier() and (Path(found.origin).parent / "pipelines" / str(name)).is_dir())


def places(card: GeneratorCard) -> Iterator[Place]:
    """Every part of the card's model, in the order in which it is loaded."""
    for name, entry in index_of(card).items():
        if isinstance(entry, list) and entry[0] is not None and name not in card.components:
            source = whole(card)
            assert source is not None
            folder = folder_of(card, source)
            inside = folder / name if folder else None
            yield Place(name, source, inside, _holds_weights(str(entry[1])))
    for name, part in card.components.items():
        if not part.left_out and (part.path or part.repo_id):
            yield Place(name, part, folder_of(card, part), _holds_weights(part.class_name or name))
    for number, adapter in enumerate(card.lora):
        name = "lora" if len(card.lora) == 1 else f"lora {number + 1}"
        yield Place(name, adapter, folder_of(card, adapter))


def _holds_weights(kind: str) -> bool:
    return not any(word in kind.lower() for word in WEIGHTLESS)


def said(card: GeneratorCard, place: Place) -> str:
    """Where a part is, in one line: hub id or folder, and the folder inside of it."""
    source = place.source
    inside = source.subfolder or (place.part if source == whole(card) else None)
    return "/".join(p for p in (card.hub_id(source) or str(card.relative(source.path or ".")), inside) if p)


def weights_in(place: Place, variant: str | None) -> list[Path]:
    """The safetensors files of a part, all shards; empty where they are not whole."""
    folder = place.folder
    if folder is None or not folder.is_dir():
        return []
    if isinstance(place.source, Adapter):
        named = place.source.weight_name
        files = [folder / n for n in ((named,) if named else ADAPTER_FILES) if n.endswith(".safetensors") and (folder / n).is_file()]
        single = [] if named else sorted(folder.glob("*.safetensors"))
        return files[:1] or (single if len(single) == 1 else [])
    for infix in (f".{variant}", "") if variant else ("",):
        for stem in ("diffusion_pytorch_model", "model"):
            index = folder / f"{stem}.safetensors.index{infix}.json"
            if index.is_file():
                names = sorted(set(json_object(index).get("weight_map", {}).values()))
                shards = [folder / n for n in names if Path(n).name == n and n.endswith(".safetensors")]
                return shards if len(shards) == len(names) and all(s.is_file() for s in shards) else []
            if (folder / f"{stem}{infix}.safetensors").is_file():
                return [folder / f"{stem}{infix}.safetensors"]
    return []


def parameters_in(path: Path) -> int:
    """Number of parameters in a safetensors file, from its header alone.

    Raises:
        OSError, ValueError: the file is cut short or no safetensors file, whatever its name says.
    """
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8).ljust(8, b"\0"))
        if not 1 < length <= path.stat().st_size - 8:
            raise ValueError(f"{path} is cut short or no safetensors file.")
        header = json.loads(file.read(length))
    count = 0
    for name, tensor in header.items():
        if name != "__metadata__":
            size = 1
            for side in tensor["shape"]:
                size *= side
            count += size
    if 8 + length + max((t["data_offsets"][1] for n, t in header.items() if n != "__metadata__"), default=0) != path.stat().st_size:
        raise ValueError(f"{path} is cut short.")
    return count


def lacks_of(card: GeneratorCard) -> list[Lack]:
    """Every file that the card's model needs and that is not on this machine.

    Raises:
        CardError: the model brings code of its own.
    """
    found: list[Lack] = []
    source = whole(card)
    if source is not None:
        folder = folder_of(card, source)
        if folder is None:
            found.append(_absent(card, source))
        elif not (folder / "model_index.json").is_file():
            found.append(Lack(f"{folder} has no model_index.json", _fetch(card, source) or "A diffusers pipeline has one at its top."))
    for place in places(card):
        if place.folder is None or not place.folder.is_dir():
            found.append(_absent(card, place.source) if place.source != source else _incomplete(card, place))
        elif place.needs_weights:
            found += _weights_lacking(card, place)
        else:
            found += _packages_lacking(place)
    first = {lack.fix if "hf download" in lack.fix else str(lack): lack for lack in reversed(found)}  # one line a download
    return list(reversed(first.values()))


def _packages_lacking(place: Place) -> list[Lack]:
    """What a tokenizer that comes as a SentencePiece model alone needs to be read."""
    import importlib.util

    folder = place.folder
    assert folder is not None
    alone = any((folder / name).is_file() for name in ("spiece.model", "tokenizer.model")) and not (folder / "tokenizer.json").is_file()
    absent = [p for p, module in (("sentencepiece", "sentencepiece"), ("protobuf", "google")) if importlib.util.find_spec(module) is None]
    if not (alone and absent):
        return []
    return [Lack(f"The tokenizer in {folder} is a SentencePiece model and needs {' and '.join(absent)}", f"pip install {' '.join(absent)}")]


def _incomplete(card: GeneratorCard, place: Place) -> Lack:
    return Lack(f"{said(card, place)} is not there", _fetch(card, place.source) or "Copy all files of the model into its folder.")


def _weights_lacking(card: GeneratorCard, place: Place) -> list[Lack]:
    folder, source = place.folder, place.source
    assert folder is not None
    for file in weights_in(place, card.variant):
        try:
            parameters_in(file)
        except (OSError, ValueError, KeyError, TypeError) as error:
            return [Lack(f"The weights of {place.part} cannot be read: {error}", _fetch(card, source) or "Copy the file again.")]
    if weights_in(place, card.variant):
        return []
    pickled = sorted(p.name for p in folder.iterdir() if p.suffix.lower() in PICKLES)
    if pickled:
        what = f"{place.part} in {folder} has pickled weights only ({pickled[0]}), which can run code when they are opened"
        return [Lack(what, "Ask for a safetensors version, or save the model again with save_pretrained(..., safe_serialization=True).")]
    if isinstance(source, Adapter) and not source.weight_name and len(list(folder.glob("*.safetensors"))) > 1:
        return [Lack(f"The adapter folder {folder} has several safetensors files", "Name one in the card: weight_name.")]
    wanted = (source.weight_name or ADAPTER_FILES[0]) if isinstance(source, Adapter) else "safetensors file, or not all its shards"
    what = f"The weights of {place.part} are not whole: there is no {wanted} in {folder}"
    return [Lack(what, _fetch(card, source) or "Copy all files of the model into that folder.")]


def _absent(card: GeneratorCard, source: Source) -> Lack:
    hub_id = card.hub_id(source)
    if hub_id is None:
        path = card.relative(source.path or ".") / (source.subfolder or "")
        return Lack(f"The folder {path} is not there", card.how_to_get or f"python -m bench_core train {card.id}")
    gated = "" if card.gated else " (a gated model also needs its terms accepted on its hub page and `hf auth login`)"
    return Lack(f"The weights of {hub_id} are not on this machine{gated}", _fetch(card, source))


def _fetch(card: GeneratorCard, source: Source) -> str:
    """The steps that bring a hub model here; empty for a folder."""
    hub_id = card.hub_id(source)
    if hub_id is None:
        return ""
    pinned = f" --revision {source.revision}" if source.revision else ""
    command = f"hf download {hub_id}{pinned}"
    if card.gated and hub_id in card.gated:
        return f"1. Accept its terms on {card.gated} 2. hf auth login 3. {command}"
    return command
