"""phantom-eye: its films, the loader's faults, its loop on a handful of films, and that what is written is what the backend loads."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench_core.cards import EncoderCard, read_card
from bench_core.training import eye, eye_films, eye_mosaics, eye_recipe, spoiling, text
from bench_core.training.films import Films
from bench_core.training.recipe import Run
from bench_core.training.spoiling import Faults


@pytest.fixture
def pairs(films: Films) -> tuple[Films, np.ndarray]:
    """Twelve films as two of each of six patients, and traits."""
    cells = np.random.default_rng(1).integers(0, 2, (12, 14, eye_films.FINE, eye_films.FINE), dtype=np.uint8) * 255
    table = eye_films.film_table(6)
    traits = np.random.default_rng(2).normal(size=(12, eye.WARPS + 10)).astype(np.float32)
    traits[:, -2] = 0.4  # px of blur
    return Films(table, films.images, cells), traits


def test_every_patient_has_two_films_that_are_in_no_cohort() -> None:
    table = eye_films.film_table(40)
    assert table["image_id"].is_unique and set(table["subject_id"].value_counts()) == {2}
    assert table.equals(eye_films.film_table(60).iloc[:80])
    assert table["Fracture"].mean() > 0.06 and (table["prompt"].str.len() > 0).all()
    assert not ((table["No Finding"] == 1) & (table["Fracture"] == 1)).any()


def test_films_of_a_patient_share_the_traits_of_the_body_only() -> None:
    (first, cells, who), (second, _, again) = (eye_films.render_one(3, study) for study in (1, 2))
    assert first.shape == (256, 256) and cells.shape == (14, 32, 32)
    assert np.array_equal(who[:-2], again[:-2]) and not np.array_equal(who[-2:], again[-2:]) and not np.array_equal(first, second)
    assert np.array_equal(first, eye_films.render_one(3, 1)[0])


def test_rendering_goes_on_where_it_stopped() -> None:
    whole, traits = eye_films.render_eye_films(2, workers=1)
    assert whole.ready == 4 and traits.shape[0] == 4
    assert np.array_equal(whole.images[2], eye_films.render_one(1, 1)[0])
    (eye_films.folder_of(2) / "ready.txt").write_text("2")
    again, _ = eye_films.render_eye_films(2, workers=1)
    assert again.ready == 4 and again.table["subject_id"].tolist() == whole.table["subject_id"].tolist()


def test_faults_do_what_they_say() -> None:
    rng = np.random.default_rng(0)
    film = np.clip(np.random.default_rng(1).normal(128, 30, (64, 64)), 0, 255).astype(np.uint8)
    assert spoiling.spoil(film, Faults(), rng) is film
    assert spoiling.spoil(film, Faults(blur=1.0), rng).std() < 0.5 * film.std()
    noise = spoiling.spoil(film, Faults(noise=5.0), rng).astype(float) - film
    assert 4 < noise.std() < 6
    assert spoiling.spoil(film, Faults(contrast=0.4), rng).std() > 1.3 * film.std()
    lost = spoiling.spoil(film, Faults(lines=5), rng)
    changed = lost != film
    assert changed.any(1).sum() == 5 or changed.any(0).sum() == 5
    rough, fine = (np.abs(spoiling.spoil(film, Faults(quality=q), rng).astype(float) - film).mean() for q in (10, 90))
    assert rough > 2 * fine


def test_strengths_are_told_from_nought() -> None:
    assert np.allclose(Faults().told(0.3), 0)
    told = Faults(blur=3.0, noise=5.0, quality=30, contrast=0.2, lines=4).told(0.4)
    assert (told > 0.3).all() and told.shape == (len(spoiling.FAULTS),)
    drawn = [spoiling.draw_faults(np.random.default_rng(seed)) for seed in range(300)]
    clean = sum(fault == Faults() for fault in drawn) / len(drawn)
    assert abs(clean - (1 - spoiling.SPOILED)) < 0.1
    assert all(fault.told(0.4)[0] >= replace(fault, blur=0.0).told(0.4)[0] for fault in drawn)


def test_a_mosaic_has_the_cells_of_its_windows(pairs: tuple[Films, np.ndarray]) -> None:
    films, _ = pairs
    lit = np.zeros_like(films.images)
    covered = np.kron(films.cells[:, 12], np.ones((1, 8, 8), np.uint8))
    lit[:] = covered
    made, cells = eye_mosaics.Mosaics(replace(films, images=lit)).draw(np.random.default_rng(0), 2)
    assert made.shape == (2, 256, 256) and cells.shape == (2, 14, 32, 32)
    assert np.array_equal(made[:, ::8, ::8], cells[:, 12])


def test_half_of_the_windows_have_the_finding() -> None:
    films = Films(eye_films.film_table(4), np.zeros((8, 256, 256), np.uint8), np.zeros((8, 14, 32, 32), np.uint8))
    names = list(eye_mosaics.SMALL)
    films.table[names] = 0
    films.table.loc[0, names] = 1
    films.cells[0, :, 16, 16] = 255
    _, cells = eye_mosaics.Mosaics(films).draw(np.random.default_rng(0), 8)
    windows = cells[:, 12].reshape(8, 4, 8, 4, 8).max((2, 4)) > 0
    assert 0.35 < windows.mean() < 0.65


def test_eye_learns_resumes_and_loads(pairs: tuple[Films, np.ndarray], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    from bench_core.encoders import open_encoder

    films, traits = pairs
    tokenizer = text.train_tokenizer(films.table["prompt"])
    run = Run("eye", 48)
    eye.train_eye(run, films, traits, tokenizer, batch=8)
    again = Run("eye", 64, resume=True)
    parts = eye.train_eye(again, films, traits, tokenizer, batch=8)
    assert run.done == 48 and again.done == 64
    folder = eye_recipe.write_eye(parts, tokenizer, films)
    card_file = tmp_path / "mine.toml"
    card_file.write_text(
        f'title = "Mine"\nbackend = "eye"\npath = "{folder}"\nimage_size = 256\nmean = 0.5\nstd = 0.5\nreads_text = true\n'
    )
    encoder = open_encoder(read_card(card_file, EncoderCard))
    seen = encoder.encode(list(films.images))
    halved = {name: value.half().float() if value.is_floating_point() else value for name, value in parts.state_dict().items()}
    parts.load_state_dict(halved)  # as the file holds it
    with torch.inference_mode():
        signal = torch.from_numpy(films.images.astype(np.float32))[:, None] / 127.5 - 1
        trained = parts["eye"](signal)[0].numpy()
    assert seen.shape == (12, 128) and np.allclose(seen, trained, atol=1e-3)
    assert np.allclose(seen.mean(0), 0, atol=0.3)
    halves = [seen[:, :64].var(0).mean(), seen[:, 64:].var(0).mean()]
    assert np.allclose(halves, 1, atol=0.3)
    read = encoder.encode_text(["Left pleural effusion.", "Right fracture."])
    assert read is not None and read.shape == (2, 128) and (read[:, 64:] == 0).all() and not np.allclose(read[0], read[1])


def test_every_task_is_in_the_log(pairs: tuple[Films, np.ndarray]) -> None:
    films, traits = pairs
    run = Run("eye", 12)
    eye.train_eye(run, films, traits, text.train_tokenizer(films.table["prompt"]), batch=12)
    log = run.log_rows()
    assert len(log) == 1 and set(eye.WEIGHTS) < set(log[-1])
