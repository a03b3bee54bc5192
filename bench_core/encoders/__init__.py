"""Images (and texts) to features. A backend is one file here; a model is one card in `cards/`, with its preprocessing."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from bench_core import registry
from bench_core.cards import EncoderCard, encoder_cards
from bench_core.errors import UnknownName

if TYPE_CHECKING:
    import numpy as np

    from bench_core.encoders.backend import Encoder


def open_encoder(card: EncoderCard, *, device: str = "cpu", remote_code: bool = False) -> "Encoder":
    """The encoder of a card; its weights load with the first batch.

    Args:
        remote_code: whether the user allows code that comes with a checkpoint, for cards that ask for it.

    Raises:
        UnknownName: there is no such backend; offers the closest one.
    """
    encoder = encoder_backend(card)(card, device=device)
    encoder.remote_code = remote_code
    return encoder


def encoder_backend(card: EncoderCard) -> "type[Encoder]":
    """The backend class that a card names."""
    backends = registry.encoder_backends()
    if card.backend not in backends:
        raise UnknownName("encoder backend", card.backend, backends)
    return backends[card.backend]


def stored_features(encoder: str) -> "dict[str, tuple[list[str], np.ndarray]] | None":
    """Committed features of the embedded cohorts: for `train` and `real`, image ids and values (N, D) float32.

    Logits of a head on a tower with committed features follow from those. None where none are committed for this encoder, or where they
    were made by other weights or another renderer than those that are there.
    """
    archive = _archive(encoder)
    if archive is None:
        return _through_head(encoder)
    return {role: (archive[f"{role}_ids"].tolist(), archive[f"{role}_images"].astype("float32")) for role in ("train", "real")}


def _through_head(encoder: str) -> "dict[str, tuple[list[str], np.ndarray]] | None":
    card = encoder_cards().get(encoder)
    if card is None or card.folder is None or card.head_folder is None or not (card.head_folder / "model.safetensors").exists():
        return None
    tower = stored_features(card.folder.name)
    if tower is None:
        return None
    from safetensors.numpy import load_file

    head = {name: values.astype("float32") for name, values in load_file(card.head_folder / "model.safetensors").items()}
    return {role: (ids, values @ head["weight"].T + head["bias"]) for role, (ids, values) in tower.items()}


def stored_text_features(encoder: str) -> "dict[str, tuple[list[str], np.ndarray]] | None":
    """The same for the cohorts' reports: image ids and the features (N, D) float32 of each film's report."""
    archive = _archive(encoder)
    if archive is None or "train_texts" not in archive:
        return None
    return {role: (archive[f"{role}_ids"].tolist(), archive[f"{role}_texts"].astype("float32")) for role in ("train", "real")}


def weights_digest(folder: Path) -> str:
    """Digest of the weights in a folder, which committed features carry."""
    return hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()


def _archive(encoder: str) -> "dict[str, np.ndarray] | None":
    import numpy as np

    from bench_core.phantom import RENDERER_VERSION

    folder = Path(__file__).parent / "weights" / encoder
    path = folder / "cohort_features.npz"
    if not path.exists():
        return None
    with np.load(path, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    towers = [(arrays["weights"], folder)]
    if "tower" in arrays and (card := encoder_cards().get(encoder)) is not None and card.folder is not None:
        towers.append((arrays["tower"], card.folder))
    same = all((home / "model.safetensors").exists() and str(digest) == weights_digest(home) for digest, home in towers)
    renderer = str(arrays.get("renderer", "1"))  # archives of version 1 do not say so
    return arrays if same and renderer == RENDERER_VERSION else None
