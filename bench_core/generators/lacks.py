"""What stands against running a diffusers card: files that are not there, damaged ones, and the step that mends each."""

from collections.abc import Callable, Iterator
from pathlib import Path

from bench_core.cards import Adapter, GeneratorCard, Source
from bench_core.cards.checkpoint_files import VOCABULARIES, check_content, json_object, tensor_shapes
from bench_core.errors import InputError
from bench_core.generators.adapters import fault_of_adapter
from bench_core.generators.backend import Lack
from bench_core.generators.pipeline_settings import pipeline_name, required_parts
from bench_core.generators.single_files import PICKLES, single_file_in, what_to_do_with
from bench_core.generators.weight_files import ADAPTER_FILES, Place, folder_of, index_of, places, said, variants_in, weights_in, whole

COPY = "Copy all files of the model into that folder."

CONFIGURATIONS = {"scheduler": ("scheduler_config.json",), "extractor": ("preprocessor_config.json",),
                  "processor": ("preprocessor_config.json", "processor_config.json")}  # fmt: skip
"""The configurations of parts without weights, by a word in their class; any of them is enough."""


def lacks_of(card: GeneratorCard) -> list[Lack]:
    """Every file that the card's model needs and that is not whole on this machine.

    Raises:
        CardError: the model brings code of its own.
        InputError: `model_index.json` is damaged.
    """
    found: list[Lack] = []
    source = whole(card)
    folder = folder_of(card, source) if source else None
    if source is not None and folder is None:
        found.append(_absent(card, source))
    elif folder is not None and not (folder / "model_index.json").is_file():
        single = single_file_in(folder)
        found.append(
            what_to_do_with(single)
            if single
            else Lack(f"{folder} has no model_index.json", _fetch(card, source) or "A diffusers pipeline has one at its top.")
        )
    elif folder is not None:
        found += _parts_lacking(card, folder)
    found += lacks_of_parts(card)
    first = {lack.fix if "hf download" in lack.fix else str(lack): lack for lack in reversed(found)}  # one line a download
    return list(reversed(first.values()))


def lacks_of_parts(card: GeneratorCard) -> Iterator[Lack]:
    """The same, of the parts that the card and the index of its pipeline name."""
    for place in places(card):
        if place.folder is None or not place.folder.is_dir():
            yield _absent(card, place.source) if place.source != whole(card) else _incomplete(card, place)
        else:
            yield from _faults(card, place)


def _parts_lacking(card: GeneratorCard, folder: Path) -> list[Lack]:
    """Parts that the pipeline cannot do without and that neither its index nor the card names."""
    index, name = index_of(card), pipeline_name(card)
    named = {part for part, entry in index.items() if isinstance(entry, list) and entry[0] is not None} | set(card.components)
    absent = [part for part in required_parts(name) if part not in named]
    return (
        [Lack(f"{folder / 'model_index.json'} does not name {', '.join(absent)}, which a {name} needs", "Fetch it again.")]
        if absent
        else []
    )


def _faults(card: GeneratorCard, place: Place) -> Iterator[Lack]:
    """What is wrong with the files of one part that is there."""
    ask: tuple[Callable[[GeneratorCard, Place], list[Lack]], ...] = (_configuration_lacking, _weights_lacking)
    if isinstance(place.source, Adapter):
        ask = (_adapter_lacking,)
    elif not place.needs_weights:
        ask = (_configuration_lacking, _packages_lacking)
    for question in ask:
        try:
            yield from question(card, place)
        except InputError as error:
            kind = "weights" if question in (_weights_lacking, _adapter_lacking) else "configuration"
            yield Lack(f"The {kind} of {place.part} cannot be read: {error.message}", _fetch(card, place.source) or error.hint)


def _configuration_lacking(card: GeneratorCard, place: Place) -> list[Lack]:
    """The file that says what a part is; every JSON configuration beside it is looked into."""
    folder = place.folder
    assert folder is not None
    kind = next((word for word in ("tokenizer", *CONFIGURATIONS) if word in f"{place.part} {place.kind}".lower()), "")
    wanted = ("config.json",) if place.needs_weights else VOCABULARIES if kind == "tokenizer" else CONFIGURATIONS.get(kind, ())
    there = [name for name in wanted if (folder / name).is_file()]
    if wanted and not there:
        return [Lack(f"{folder} has no {' or '.join(wanted)}", _fetch(card, place.source) or COPY)]
    for path in {folder / there[0], *folder.glob("*config.json")} if there else ():
        json_object(path) if path.name.endswith("config.json") else check_content(path)
    return []


def _packages_lacking(card: GeneratorCard, place: Place) -> list[Lack]:
    """What a tokenizer that comes as a SentencePiece model alone needs to be read."""
    import importlib.util

    folder = place.folder
    assert folder is not None
    alone = any((folder / name).is_file() for name in ("spiece.model", "tokenizer.model")) and not (folder / "tokenizer.json").is_file()
    absent = [p for p, module in (("sentencepiece", "sentencepiece"), ("protobuf", "google")) if importlib.util.find_spec(module) is None]
    if not (alone and absent):
        return []
    return [Lack(f"The tokenizer in {folder} is a SentencePiece model and needs {' and '.join(absent)}", f"pip install {' '.join(absent)}")]


def _weights_lacking(card: GeneratorCard, place: Place) -> list[Lack]:
    folder = place.folder
    assert folder is not None
    files = weights_in(place, card.variant)
    for file in files:
        tensor_shapes(file)
    return [] if files else [_no_weights(card, place, folder)]


def _no_weights(card: GeneratorCard, place: Place, folder: Path) -> Lack:
    variants = variants_in(folder)
    if variants:
        where = folder.parent if place.source == whole(card) else folder
        what = f"The weights in {where} are there in the variant {' and '.join(map(repr, variants))} only"
        fix = f'Write variant = "{variants[0]}" in the card: python -m bench_core add-model ... --variant {variants[0]} --replace'
        return Lack(what, fix)
    pickled = sorted(p.name for p in folder.iterdir() if p.suffix.lower() in PICKLES)
    if pickled:
        what = f"{place.part} in {folder} has pickled weights only ({pickled[0]}), which can run code when they are opened"
        return Lack(what, "Ask for a safetensors version, or save the model again with save_pretrained(..., safe_serialization=True).")
    what = f"The weights of {place.part} are not whole: there is no safetensors file, or not all its shards in {folder}"
    return Lack(what, _fetch(card, place.source) or COPY)


def _adapter_lacking(card: GeneratorCard, place: Place) -> list[Lack]:
    folder, source = place.folder, place.source
    assert folder is not None and isinstance(source, Adapter)
    files = weights_in(place, None)
    if files:
        fault = fault_of_adapter(files[0])
        return [fault] if fault else []
    if not source.weight_name and len(list(folder.glob("*.safetensors"))) > 1:
        return [Lack(f"The adapter folder {folder} has several safetensors files", "Name one in the card: weight_name.")]
    pickled = sorted(p.name for p in folder.iterdir() if p.suffix.lower() in PICKLES)
    if pickled:
        what = f"The adapter in {folder} is pickled ({pickled[0]}), which can run code when it is opened"
        return [Lack(what, "Ask for a safetensors version.")]
    wanted = source.weight_name or ADAPTER_FILES[0]
    return [
        Lack(f"There is no {wanted} in the adapter folder {folder}", _fetch(card, source) or "Copy the adapter's file into that folder.")
    ]


def _incomplete(card: GeneratorCard, place: Place) -> Lack:
    return Lack(f"{said(card, place)} is not there", _fetch(card, place.source) or COPY)


def _absent(card: GeneratorCard, source: Source) -> Lack:
    hub_id = card.hub_id(source)
    if hub_id is None:
        path = card.relative(source.path or ".") / (source.subfolder or "")
        return Lack(f"The folder {path} is not there", card.how_to_get or f"python -m bench_core train {card.id}")
    gated = "" if card.gated else " (a gated model also needs its terms accepted on its hub page and `hf auth login`)"
    return Lack(f"The weights of {hub_id} are not on this machine{gated}", _fetch(card, source))


def _fetch(card: GeneratorCard, source: Source | None) -> str:
    """The steps that bring a hub model here; empty for a folder."""
    hub_id = card.hub_id(source) if source else None
    if source is None or hub_id is None:
        return ""
    pinned = f" --revision {source.revision}" if source.revision else ""
    command = f"hf download {hub_id}{pinned}"
    if card.gated and hub_id in card.gated:
        return f"1. Accept its terms on {card.gated} 2. hf auth login 3. {command}"
    return command
