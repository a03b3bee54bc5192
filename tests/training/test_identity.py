"""phantom-identity: what it sees of films, its loss, its loop on a few patients, and that what is written is what the backend loads."""

from pathlib import Path

import numpy as np
import pytest

from bench_core.cards import EncoderCard
from bench_core.training import eye_recipe, identity, identity_recipe
from bench_core.training.recipe import Run, save_half


@pytest.fixture
def tower(folders: Path) -> object:
    """A tower of random weights, written as phantom-eye's is."""
    import json

    import torch

    from bench_core.encoders.eye_networks import BUILD, build_eye

    torch.manual_seed(0)
    eye = build_eye(**BUILD)
    folder = folders / "eye"
    save_half({f"eye.{name}": value for name, value in eye.state_dict().items()}, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps({"image": BUILD, "text": {}}))
    return identity.open_tower(folder)


def test_a_mate_is_to_be_found_among_strangers() -> None:
    import torch

    names = torch.eye(6)
    assert identity.same_patient_loss(names, names) < 0.01 and identity.same_patient_loss(names, names.roll(1, 0)) > 10
    alike = torch.ones(6, 6) / 6**0.5
    assert identity.same_patient_loss(alike, alike) == pytest.approx(np.log(11), abs=1e-3)  # whoever takes all for one guesses


def test_films_are_seen_as_they_are_and_spoiled() -> None:
    films = np.random.default_rng(0).integers(0, 255, (6, 32, 32), dtype=np.uint8)
    assert np.array_equal(identity.seen_films(films, 0, 0), films)
    spoiled = identity.seen_films(films, 1, 0)
    assert spoiled.shape == films.shape and not np.array_equal(spoiled, films)
    assert np.array_equal(spoiled, identity.seen_films(films, 1, 0)) and not np.array_equal(spoiled, identity.seen_films(films, 1, 6))


def test_maps_go_on_where_they_stopped(tower: object, folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "CHECKPOINTS", folders / "checkpoints")
    films = np.random.default_rng(0).integers(0, 255, (4, 256, 256), dtype=np.uint8)
    whole = np.array(identity.keep_maps(tower, films, batch=2))
    assert whole.shape == (identity.VERSIONS, 4, 128, 16, 16) and np.isfinite(whole).all()
    folder = folders / "checkpoints" / "phantom-identity"
    (folder / "maps-4.txt").write_text("2")
    np.load(folder / "maps-4.npy", mmap_mode="r+")[:, 2:] = 0
    assert np.array_equal(identity.keep_maps(tower, films, batch=2), whole)


def test_it_learns_who_is_who_and_the_backend_loads_it(tower: object, folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    from bench_core.encoders import open_encoder
    from bench_core.encoders.identity_networks import BUILD, build_identity

    rng = np.random.default_rng(0)
    who = rng.normal(size=(8, 128, 1, 1)).repeat(2, 0)
    maps = np.broadcast_to(who + 0.3 * rng.normal(size=(2, 16, 128, 16, 16)), (2, 16, 128, 16, 16)).astype(np.float16)

    def apart(network: object) -> float:
        with torch.inference_mode():
            names = network(torch.from_numpy(maps[0]).float()).numpy()  # type: ignore[operator]
        alike = names @ names.T
        same = np.kron(np.eye(8), np.ones((2, 2))).astype(bool)
        return float(alike[same].mean() - alike[~same].mean())

    torch.manual_seed(1)
    before = apart(build_identity(**BUILD).eval())
    run = Run("phantom-identity", 16 * 25)
    network = identity.train_identity(run, maps, patients=8)
    assert run.done == 16 * 25 and apart(network) > before + 0.2

    monkeypatch.setattr(identity_recipe, "IDENTITY", folders / "identity")
    monkeypatch.setattr(eye_recipe, "EYE", folders / "eye")
    identity_recipe.write(network)
    card = EncoderCard(id="i", title="I", backend="identity", path=str(folders / "eye"), head=str(folders / "identity"))
    films = [rng.integers(0, 255, (256, 256), dtype=np.uint8) for _ in range(2)]
    encoder = open_encoder(card)
    seen = encoder.encode(films)
    network.load_state_dict({k: v.half().float() if v.is_floating_point() else v for k, v in network.state_dict().items()})
    assert np.allclose(seen, identity.vectors(network, tower, np.stack(films)), atol=1e-3)
    assert np.allclose(np.linalg.norm(seen, axis=1), 1, atol=1e-5) and encoder.encode_text(["x"]) is None
