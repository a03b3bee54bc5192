"""phantom-identity as committed: a patient's other film is nearer than other patients', also blurred; and what is said without it."""

from pathlib import Path

import numpy as np
import pytest

from bench_core import encoders, phantom
from bench_core.cards import encoder_cards
from bench_core.encoders import encoder_backend, open_encoder
from bench_core.errors import CardError
from bench_core.training.spoiling import Faults, spoil


def test_a_patients_other_film_is_nearer_than_other_patients() -> None:
    table = phantom.cohort_table(phantom.REAL_SEED, films=60)
    twice = table[table.duplicated("subject_id", keep=False)].groupby("subject_id").head(2)[:12]
    films = [film.image for film in phantom.render_many(twice["image_id"].tolist(), 1)]
    encoder, rng = open_encoder(encoder_cards()["phantom-identity"]), np.random.default_rng(0)
    for second in (films[1::2], [spoil(film, Faults(blur=1.5), rng) for film in films[1::2]]):
        first, other = encoder.encode(films[::2]), encoder.encode(second)
        assert ((first @ other.T).argmax(1) == np.arange(len(first))).mean() >= 5 / 6


def test_without_weights_the_command_that_makes_them_is_named(tmp_path: Path) -> None:
    card = encoder_cards()["phantom-identity"]
    gone = card.model_copy(update={"head": str(tmp_path / "phantom-identity")})
    assert str(encoder_backend(gone).missing(gone)).endswith("python -m bench_core train phantom-identity")
    with pytest.raises(CardError, match="head"):
        encoder_backend(gone).missing(card.model_copy(update={"head": None}))


def test_committed_features_are_those_of_both_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = encoders.stored_features("phantom-identity")
    assert (
        stored is not None and stored["train"][1].shape == (phantom.TRAIN_FILMS, 48) and stored["real"][1].shape == (phantom.REAL_FILMS, 48)
    )
    ids, values = stored["real"]
    films = [film.image for film in phantom.render_many(ids[:2], 1)]
    assert np.allclose(open_encoder(encoder_cards()["phantom-identity"]).encode(films), values[:2], atol=0.005)
    digest = encoders.weights_digest
    monkeypatch.setattr(
        encoders, "weights_digest", lambda folder: digest(folder) if folder.name == "phantom-identity" else "another tower's"
    )
    assert encoders.stored_features("phantom-identity") is None
