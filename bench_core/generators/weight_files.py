"""Where the files of a diffusers card lie. Nothing is downloaded and no library of models imported; what is lacking: `lacks`."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from bench_core.cards import Adapter, GeneratorCard, Source
from bench_core.cards.checkpoint_files import json_object, shards_of, tensor_shapes
from bench_core.errors import CardError, InputError
from bench_core.generators.film_autoencoder import MODULE as OWN

LIBRARIES = ("diffusers", "transformers", OWN)
"""Libraries that parts of a pipeline may come from; an index that names another one is refused before anything is loaded."""

WEIGHTLESS = ("tokenizer", "scheduler", "extractor", "processor")
"""Words in the class names of parts that are configuration alone."""

STEMS = ("diffusion_pytorch_model", "model")
"""Names of weight files as diffusers and transformers save them."""

ADAPTER_FILES = ("pytorch_lora_weights.safetensors", "adapter_model.safetensors")


@dataclass(frozen=True)
class Place:
    """One part of a model: its name, where the card says it is, its folder (None: not on this machine), its class where that is said."""

    part: str
    source: Source
    folder: Path | None
    kind: str = ""

    @property
    def needs_weights(self) -> bool:
        """Whether the part has weights: its class, or its name where the class is not said, is none of those that have none."""
        return not any(word in (self.kind or self.part).lower() for word in WEIGHTLESS)


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
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        return Path(snapshot_download(repo_id, revision=revision, local_files_only=True))
    except (LocalEntryNotFoundError, OSError, ValueError):  # also an id that is none
        return None


def commits_of_unpinned(card: GeneratorCard) -> list[str]:
    """The commits that unpinned hub ids of a card stand for on this machine, so that newer weights are a new key."""
    start = whole(card)
    sources = [s for s in (start, *card.components.values(), *card.adapters.values()) if s is not None]
    roots = [_cached(str(card.hub_id(s)), None) for s in sources if card.hub_id(s) and not s.revision]
    return [root.name for root in roots if root is not None]


def whole(card: GeneratorCard) -> Source | None:
    """The pipeline that the card starts from; None for one that is assembled from its parts."""
    return Source(path=card.path, repo_id=card.repo_id, revision=card.revision) if card.path or card.repo_id else None


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
        if not isinstance(entry, list):
            continue
        if len(entry) != 2 or not all(word is None or isinstance(word, str) for word in entry) or (entry[0] is None) != (entry[1] is None):
            raise InputError(f"{path}: {part!r} is {entry!r}, not a library and a class.", "Fetch it again.")
        if Path(part).name != part or part in (".", ".."):
            raise InputError(f"{path}: {part!r} cannot be the name of a part.", "Fetch it again.")
        if entry[0] is not None and entry[0] not in LIBRARIES and not _is_pipeline_module(entry[0]):
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
            yield Place(name, source, inside, entry[1])
    for name, part in card.components.items():
        if not part.left_out and (part.path or part.repo_id):
            yield Place(name, part, folder_of(card, part), part.class_name or "")
    for name, adapter in card.adapters.items():
        yield Place(name, adapter, folder_of(card, adapter))


def said(card: GeneratorCard, place: Place) -> str:
    """Where a part is, in one line: hub id or folder, and the folder inside of it."""
    source = place.source
    inside = source.subfolder or (place.part if source == whole(card) else None)
    return "/".join(p for p in (card.hub_id(source) or str(card.relative(source.path or ".")), inside) if p)


def weights_in(place: Place, variant: str | None) -> list[Path]:
    """The safetensors files of a part, all shards; empty where there are none.

    Raises:
        InputError: an index of shards is damaged, or names one that is not there.
    """
    folder = place.folder
    if folder is None or not folder.is_dir():
        return []
    if isinstance(place.source, Adapter):
        named = place.source.weight_name
        files = [folder / n for n in ((named,) if named else ADAPTER_FILES) if n.endswith(".safetensors") and (folder / n).is_file()]
        single = [] if named else sorted(folder.glob("*.safetensors"))
        return files[:1] or (single if len(single) == 1 else [])
    for infix in (f".{variant}", "") if variant else ("",):
        for stem in STEMS:
            index = folder / f"{stem}.safetensors.index{infix}.json"
            if index.is_file():
                return shards_of(index)
            if (folder / f"{stem}{infix}.safetensors").is_file():
                return [folder / f"{stem}{infix}.safetensors"]
    return []


def variants_in(folder: Path) -> list[str]:
    """The variants (`fp16`) that a part's weights are there in, beside the plain one."""
    found = set()
    for stem in STEMS:
        inside = [p.name.removeprefix(f"{stem}.").removesuffix(".safetensors") for p in folder.glob(f"{stem}.*.safetensors")]
        indexed = [p.name.split(".index.")[1].removesuffix(".json") for p in folder.glob(f"{stem}.safetensors.index.*.json")]
        found |= {name for name in (*inside, *indexed) if name.isalnum()}
    return sorted(found)


def parameters_in(path: Path) -> int:
    """Number of parameters in a safetensors file, from its header alone.

    Raises:
        InputError: the file is cut short or no safetensors file, whatever its name says.
    """
    return sum(prod(shape) for shape in tensor_shapes(path).values())
