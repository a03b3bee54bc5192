"""Several encoders over one set: one pass over the files, and nothing that was encoded is lost."""

import numpy as np
import pytest

from bench_core.data import ImageSet
from bench_core.engine.catalogue import encoder_card
from bench_core.engine.encoding.encode import encode_images
from bench_core.engine.keys import card_key
from bench_core.engine.models import Models
from bench_core.engine.progress import Tally
from bench_core.errors import BenchError
from bench_core.store.workspace import Workspace
from tests.fakes import TinyEncoder


def test_each_image_is_decoded_once_for_all_encoders(workspace: Workspace, films: ImageSet, reads: list[int]) -> None:
    cards = [encoder_card(workspace.config, name) for name in ("tiny-pixels", "tiny-more")]
    models, tally = Models(workspace.config), Tally()
    encode_images(workspace, models, films.take(range(10)), cards[:1])
    assert len(reads) == 10
    reads.clear()
    before = TinyEncoder.calls
    encode_images(workspace, models, films, cards, tally)
    assert sorted(reads) == list(range(40)) and TinyEncoder.calls - before == 30 + 40 == tally.done
    digests = films.table["digest"].tolist()
    one, two = (workspace.features.read(card_key(card), digests) for card in cards)
    alone = TinyEncoder(cards[0], device="cpu").encode([films.read(row) for row in range(40)])
    assert np.array_equal(one, two) and np.array_equal(one, alone)
    reads.clear()
    encode_images(workspace, models, films, cards)
    assert reads == []


def test_what_was_encoded_is_kept_when_an_encoder_fails(
    workspace: Workspace, films: ImageSet, reads: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    card = encoder_card(workspace.config, "tiny-pixels")
    plain = TinyEncoder.encode

    def breaks(self: TinyEncoder, images: list[np.ndarray]) -> np.ndarray:
        if len(images) < 32:
            raise BenchError("The second batch fails.")
        return plain(self, images)

    monkeypatch.setattr(TinyEncoder, "encode", breaks)
    with pytest.raises(BenchError, match="second batch"):
        encode_images(workspace, Models(workspace.config), films, [card])
    assert len(workspace.features.missing(card_key(card), films.table["digest"].tolist())) == 8
    monkeypatch.setattr(TinyEncoder, "encode", plain)
    reads.clear()
    encode_images(workspace, Models(workspace.config), films, [card])
    assert sorted(reads) == list(range(32, 40))
