"""DeepSSIM++ on tiny random weights of its published names, saved as TorchScript as its authors do."""

from pathlib import Path

import numpy as np

from bench_core.cards import encoder_cards
from bench_core.encoders import checkpoints, encoder_backend, open_encoder
from bench_core.encoders.deepssim_networks import STAGES, build_deepssim


def tiny_tensors(widths: tuple[int, ...] = (4, 6, 8, 10), out: int = 5) -> dict:
    """One block a stage."""
    import torch

    draw = lambda *shape: torch.randn(shape) * 0.3
    tensors: dict = {"stage_a.0.0.weight": draw(widths[0], 3, 4, 4), "stage_a.0.0.bias": draw(widths[0])}
    norms = {"stage_a.0.1": widths[0]}
    for stage, before, width in zip(STAGES[1:], widths, widths[1:], strict=False):
        tensors |= {f"stage_{stage}.0.1.weight": draw(width, before, 2, 2), f"stage_{stage}.0.1.bias": draw(width)}
        norms[f"stage_{stage}.0.0"] = before
    for stage, width in zip(STAGES, widths, strict=True):
        at = f"stage_{stage}.1.0."
        tensors |= {f"{at}layer_scale": draw(width, 1, 1), f"{at}block.0.weight": draw(width, 1, 7, 7), f"{at}block.0.bias": draw(width)}
        for place, (a, b) in ((3, (4 * width, width)), (5, (width, 4 * width))):
            tensors |= {f"{at}block.{place}.weight": draw(a, b), f"{at}block.{place}.bias": draw(a)}
        norms[f"{at}block.2"] = width
        tensors[f"gem_{stage}.p"] = torch.full((1,), 3.0)
    total = sum(widths)
    norms["fc.0"] = total
    for place, (a, b) in ((1, (7, total)), (4, (out, 7))):
        tensors |= {f"fc.{place}.weight": draw(a, b), f"fc.{place}.bias": draw(a)}
    for name, size in norms.items():
        tensors |= {f"{name}.weight": torch.ones(size), f"{name}.bias": torch.zeros(size)}
    return tensors


def test_the_published_script_is_converted_and_exposure_and_contrast_do_not_matter(tmp_path: Path) -> None:
    import torch

    torch.manual_seed(0)
    tensors = tiny_tensors()
    network = build_deepssim(tensors)
    network.load_state_dict(tensors)
    home = tmp_path / "deepssim"
    home.mkdir()
    torch.jit.trace(network.eval(), torch.zeros(1, 3, 64, 64)).save(str(home / "best_model_jit.pt"))
    card = encoder_cards(weights=tmp_path)["deepssim"].model_copy(update={"image_size": 64, "dimensions": 5})
    assert "convert" in str(encoder_backend(card).missing(card))
    checkpoints.convert(home / "best_model_jit.pt", home)
    assert encoder_backend(card).missing(card) is None
    film = np.random.default_rng(0).integers(80, 160, (64, 64)).astype(np.uint8)
    rows = open_encoder(card).encode([film, (film // 2 + 20) * 2 - 40, 255 - film])
    with torch.inference_mode():
        grey = torch.from_numpy(film / 255.0).float()
        theirs = network(((grey - grey.mean()) / grey.std(correction=0)).expand(1, 3, -1, -1))[0]
    np.testing.assert_allclose(rows[0], torch.nn.functional.normalize(theirs, dim=0), atol=1e-4)
    assert rows[0] @ rows[1] > 0.999 > rows[0] @ rows[2]
