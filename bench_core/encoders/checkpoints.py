"""Where the weights of an encoder lie: a folder, or the hub's cache; and in words what is missing. Nothing is downloaded here.

`python -m bench_core.encoders.checkpoints convert FILE FOLDER` turns a pickled checkpoint into safetensors, reading tensors only.
"""

import shutil
import sys
from pathlib import Path
from typing import Any

from bench_core.cards import EncoderCard
from bench_core.cards.checkpoint_files import VOCABULARIES, json_object, shards_of, tensor_shapes
from bench_core.errors import InputError, MissingWeights

WHOLE = ("model.safetensors", "model.safetensors.index.json")
PICKLED = "pytorch_model.bin"
CONVERT = "python -m bench_core.encoders.checkpoints convert"
BUILT_IN = Path(__file__).parent / "weights"


def source(card: EncoderCard) -> str:
    """What `from_pretrained` is given: a folder, or a hub id."""
    return str(card.folder or card.repo_id)


def find_file(card: EncoderCard, name: str) -> Path | None:
    """A file of the card's checkpoint; None if it is not on this machine."""
    if card.folder is not None:
        path = card.folder / name
        return path if path.is_file() else None
    return find_in_cache(card, name)


def find_in_cache(card: EncoderCard, name: str) -> Path | None:
    """A file of the card's repository in the hub's cache."""
    if not card.repo_id:
        return None
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(card.repo_id, name, revision=card.revision)
    return Path(found) if isinstance(found, str) else None


def home_of(card: EncoderCard) -> Path:
    """The folder in which the user's own copy of the weights is looked for."""
    return card.folder or (card.weights or Path("$BENCH_WEIGHTS")) / (card.shares or card.id)


def missing_weights(card: EncoderCard, names: tuple[str, ...] = WHOLE, pickled: str = PICKLED, url: str = "") -> str | None:
    """Says in words what is missing or damaged, and the command that brings it; None when one of the files is there and whole.

    Of a safetensors file the header is read, not the tensors; of an index, that all its shards are there.

    Args:
        names: any of these files is enough.
        pickled: the published file that holds the same weights pickled.
        url: where that file is published, for weights that are not on the hub.
    """
    found = next((path for path in (find_file(card, name) for name in names) if path), None)
    if found is not None:
        return _damage(card, found)
    if card.folder is not None and card.folder.parent == BUILT_IN:
        return f"The weights in {card.folder} are not there. python -m bench_core train {card.folder.name}"
    old = find_file(card, pickled) or find_in_cache(card, pickled)
    if old is not None:
        return f"The weights in {old} are pickled. {CONVERT} {old} {home_of(card)}"
    if not card.repo_id:
        fetch = f"curl -L --create-dirs -o {home_of(card) / pickled} {url}" if url else f"Put {names[0]} into that folder"
        return f"The weights in {home_of(card)} are not there. {fetch}"
    if card.folder is not None:
        return f"The folder {card.folder} has no {names[0]}. {fetch_command(card)}"
    return f"The weights of {card.repo_id} are not on this machine. {fetch_command(card)}"


def damaged_configuration(card: EncoderCard, keys: tuple[str, ...]) -> str | None:
    """Says in words what is wrong with the checkpoint's `config.json`, which must have these entries; None when nothing is."""
    path = find_file(card, "config.json")
    if path is None:
        return f"There is no config.json beside the weights of {card.id}. {fetch_command(card)}"
    try:
        config = json_object(path)
    except InputError as error:
        return f"{error.message} {fetch_command(card) or error.hint}"
    absent = [key for key in keys if key not in config]
    return f"{path} does not say {' and '.join(absent)}. {fetch_command(card)}" if absent else None


def absent_vocabulary(card: EncoderCard) -> str | None:
    """Says that the checkpoint has no tokenizer's vocabulary; None where it has one."""
    if any(find_file(card, name) for name in VOCABULARIES):
        return None
    return f"There is no tokenizer beside the weights of {card.id} ({' or '.join(VOCABULARIES)}). {fetch_command(card)}"


def fetch_command(card: EncoderCard) -> str:
    """The command that brings the checkpoint from the hub, to where it is looked for; without a hub id, what is left to do."""
    if card.folder is not None and card.folder.parent == BUILT_IN:
        return f"python -m bench_core train {card.folder.name}"
    if not card.repo_id:
        return f"Copy the files of the checkpoint into {home_of(card)} again."
    pinned = f" --revision {card.revision}" if card.revision else ""
    into = f" --local-dir {card.folder}" if card.folder else ""
    return f"hf download {card.repo_id}{pinned}{into}"


def _damage(card: EncoderCard, found: Path) -> str | None:
    """What is wrong with a file of weights, or with one of the shards that an index names."""
    try:
        for path in shards_of(found) if found.suffix == ".json" else [found]:
            tensor_shapes(path)
    except InputError as error:
        return f"{error.message} {fetch_command(card)}"
    return None


def read_tensors(card: EncoderCard, name: str) -> dict[str, Any]:
    """The tensors of a safetensors file of the checkpoint, in float32.

    Raises:
        MissingWeights: it is not there.
    """
    from safetensors.torch import load_file

    path = find_file(card, name)
    if path is None:
        raise MissingWeights(f"Encoder {card.id}: {name} is not in {home_of(card)}.", f"Put {name} there.")
    return {key: value.float() if value.is_floating_point() else value for key, value in load_file(path).items()}


def fill(network: Any, tensors: dict[str, Any], card: EncoderCard, *, unused: tuple[str, ...] = ()) -> Any:
    """Loads tensors into a network and returns it; tensors whose names start with one of `unused` may be left over.

    Raises:
        InputError: names or shapes do not fit; names the first ones.
    """
    wanted = network.state_dict()
    counters = {name for name in wanted if name.endswith("num_batches_tracked")}
    absent = [name for name in wanted if name not in tensors and name not in counters]
    strange = [name for name in tensors if name not in wanted and not name.startswith(unused)]
    bent = [name for name in wanted if name in tensors and tensors[name].shape != wanted[name].shape]
    problems = [
        f"{len(names)} {what} ({names[0]})" for names, what in ((absent, "missing"), (strange, "unknown"), (bent, "misshapen")) if names
    ]
    if problems:
        raise InputError(
            f"Encoder {card.id}: the checkpoint in {home_of(card)} has {', '.join(problems)} tensors.", "It is another model's."
        )
    network.load_state_dict({name: tensors[name] for name in wanted if name in tensors}, strict=False)
    return network


def convert(file: Path, folder: Path) -> Path:
    """Writes a pickled checkpoint's tensors to `folder` as safetensors, with the small files beside it; runs no code from the file.

    Raises:
        InputError: there is no such file, or it holds more than tensors.
    """
    import pickle

    import torch
    from safetensors.torch import save_file

    if not file.is_file():
        raise InputError(f"There is no file {file}.", "Give the path of the downloaded checkpoint.")
    try:
        state = torch.load(file, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise InputError(f"{file} holds more than tensors.", "Such a file is not read; look for another format.") from error
    except RuntimeError as error:
        if "TorchScript" not in str(error):
            raise
        scripted: Any = torch.jit.load  # which torch leaves untyped
        state = scripted(str(file), map_location="cpu").state_dict()  # its network is not run
    state = state.get("state_dict", state)
    tensors = {name: value.clone().contiguous() for name, value in state.items() if isinstance(value, torch.Tensor)}
    if not tensors:
        raise InputError(f"{file} holds no tensors by name.", "Give a file with a state dict.")
    folder.mkdir(parents=True, exist_ok=True)
    for small in [*file.parent.glob("*.json"), *file.parent.glob("*.txt")]:
        if not (folder / small.name).exists():
            shutil.copyfile(small, folder / small.name)
    path = folder / ("model.safetensors" if file.name == PICKLED else f"{file.stem}.safetensors")
    save_file(tensors, path, metadata={"format": "pt"})
    return path


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] != "convert":
        sys.exit(f"usage: {CONVERT} FILE FOLDER")
    try:
        print(convert(Path(sys.argv[2]), Path(sys.argv[3])))
    except InputError as error:
        sys.exit(str(error))
