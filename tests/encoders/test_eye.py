"""The weights of phantom-eye, where they are: what moves a film in its space and what does not, and reports that lie with their films."""

from pathlib import Path

import numpy as np
import pytest

from bench_core import phantom
from bench_core.cards import encoder_cards
from bench_core.encoders import checkpoints, encoder_backend, open_encoder
from bench_core.encoders.backend import Encoder
from bench_core.encoders.eye_networks import BUILD
from bench_core.training.spoiling import Faults, spoil


@pytest.fixture(scope="module")
def films() -> list[phantom.Film]:
    """Twelve held-out films of twelve patients."""
    table = phantom.cohort_table(phantom.REAL_SEED, films=60).drop_duplicates("subject_id")
    return list(phantom.render_many(table["image_id"].iloc[:12].tolist(), 1))


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """The encoder with trained weights."""
    card = encoder_cards()["phantom-eye"]
    lacking = encoder_backend(card).missing(card)
    if lacking:
        pytest.skip(lacking)
    return open_encoder(card)


def test_faults_move_films_together_and_a_shift_does_not(films: list[phantom.Film], encoder: Encoder) -> None:
    images, rng = [film.image for film in films], np.random.default_rng(0)
    seen = encoder.encode(images)
    spread = seen.std(0).mean() * np.sqrt(seen.shape[1])

    def moved(changed: list[np.ndarray]) -> float:
        return float(np.linalg.norm((encoder.encode(changed) - seen).mean(0)) / spread)

    shift = moved([np.roll(image, (2, 2), (0, 1)) for image in images])
    for fault in (Faults(blur=0.8), Faults(noise=5.0), Faults(quality=30)):
        assert moved([spoil(image, fault, rng) for image in images]) > 2 * shift, fault


def test_reports_lie_nearer_to_their_own_films(films: list[phantom.Film], encoder: Encoder) -> None:
    said = BUILD["said"]
    seen, read = encoder.encode([film.image for film in films])[:, :said], encoder.encode_text([film.report for film in films])
    assert read is not None and (read[:, said:] == 0).all()
    one, other = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (seen, read[:, :said]))
    alike = one @ other.T
    assert np.mean(alike.argmax(1) == np.arange(len(films))) >= 0.5
    assert np.diag(alike).mean() > alike.mean() + 0.3


def test_without_weights_the_command_that_makes_them_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "BUILT_IN", tmp_path)
    card = encoder_cards()["phantom-eye"].model_copy(update={"path": str(tmp_path / "phantom-eye")})
    assert str(encoder_backend(card).missing(card)).endswith("python -m bench_core train phantom-eye")
