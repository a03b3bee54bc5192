"""A device that works beside the processor: it has its next batch before it ends one, and loses none."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from bench_core import api, registry
from bench_core.data import ImageSet
from bench_core.encoders.backend import Encoder, TorchEncoder, prepare
from bench_core.engine.encoding.encode import encode_images
from bench_core.engine.keys import card_key
from bench_core.engine.models import Models
from bench_core.engine.progress import Tally
from bench_core.errors import Cancelled
from bench_core.store.workspace import Workspace
from tests.engine.test_batches import OutOfMemoryError
from tests.fakes import TinyEncoder, write_images

done: list[str] = []


class Beside(Encoder):
    """As an encoder on a GPU: what it returns is empty until one waited for it."""

    batches = 0

    def begin(self, batch: Sequence[np.ndarray]) -> tuple[np.ndarray, Callable[[], object]]:
        number = self.batches
        self.batches += 1
        done.append(f"begin {number}")
        coming = np.full((len(batch), 16), np.nan, np.float32)

        def wait() -> None:
            done.append(f"wait {number}")
            coming[:] = TinyEncoder(self.card).encode(list(batch))

        return coming, wait


class Network(TorchEncoder):
    """A mean over each channel, on a memory that holds three images."""

    most = 3

    @classmethod
    def missing(cls, card: Any) -> str | None:
        return None

    def build(self) -> Any:
        return torch.nn.Identity()

    def features(self, signal: Any) -> Any:
        done.append(f"{len(signal)}")
        if len(signal) > self.most:
            raise OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        assert signal.shape[1:] == (3, 8, 8) and signal.is_contiguous()
        return signal.mean((2, 3))


@pytest.fixture
def films(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ImageSet:
    """Eighty films and two more encoders."""
    for name, kind in (("beside", Beside), ("network", Network)):
        monkeypatch.setitem(registry.encoder_backends(), name, kind)  # type: ignore[arg-type]
        text = f'title = "{name.title()}"\nbackend = "{name}"\nimage_size = 8\nmean = [0.5, 0.4, 0.3]\nstd = 0.5\n'
        (tmp_path / "cards" / "encoders" / f"tiny-{name}.toml").write_text(text)
    done.clear()
    write_images(tmp_path / "films", 80)
    api.import_images("films", tmp_path / "films", None, "synthetic")
    return workspace.sets.open("films")


def test_a_batch_is_begun_before_the_one_before_it_has_ended(workspace: Workspace, films: ImageSet) -> None:
    tally = Tally()
    card, plain = (api.encoders()[name] for name in ("tiny-beside", "tiny-pixels"))
    encode_images(workspace, Models(workspace.config), films, [card, plain], tally)
    assert done == ["begin 0", "begin 1", "wait 0", "begin 2", "wait 1", "wait 2"]
    assert tally.done == 2 * len(films)
    digests = films.table["digest"].tolist()
    assert np.array_equal(*(workspace.features.read(card_key(c), digests) for c in (card, plain)))


def test_a_batch_that_was_begun_is_kept_when_the_run_is_cancelled(workspace: Workspace, films: ImageSet) -> None:
    def cancel(*_: object) -> None:
        raise Cancelled("Cancelled.")

    card = api.encoders()["tiny-beside"]
    with pytest.raises(Cancelled):
        encode_images(workspace, Models(workspace.config), films, [card], Tally(cancel))
    assert done == ["begin 0", "begin 1", "wait 0", "wait 1"]
    missing = workspace.features.missing(card_key(card), films.table["digest"].tolist())
    assert missing == films.table["digest"].tolist()[64:]
    values = workspace.features.read(card_key(card), films.table["digest"].tolist()[:64])
    assert np.isfinite(values).all()


def test_prepared_batches_are_halved_where_the_memory_is_full(workspace: Workspace, films: ImageSet) -> None:
    card, told = api.encoders()["tiny-network"], []
    images = films.take(range(10))
    encode_images(workspace, Models(workspace.config), images, [card], Tally(lambda *said: told.append(said[2])))
    assert done == ["10", "5", "2", "2", "2", "2", "2"]
    assert told == ["Encoding films with Network, batch cut from 32 to 2 after the memory was full"]
    done.clear()
    whole = Network(card)
    whole.most = 32
    values = workspace.features.read(card_key(card), images.table["digest"].tolist())
    pixels = [images.read(row) for row in range(10)]
    assert np.array_equal(values, whole.encode(pixels)) and done == ["10"]
    assert np.allclose(values, [prepare(film, card).mean((1, 2)) for film in pixels], atol=1e-6)
