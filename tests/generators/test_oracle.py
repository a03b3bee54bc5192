"""The oracle: the renderer itself."""

import numpy as np

from bench_core.cards import find_card, generator_cards
from bench_core.data import Prompt
from bench_core.generators import open_generator


def test_oracle_renders_what_is_asked() -> None:
    generator = open_generator(find_card("generator", generator_cards(), "phantom-oracle"))
    prompt = Prompt("a", "Large left pleural effusion.")
    one, other = generator.batch([prompt, prompt], [1, 2], generator.settings())
    assert one.shape == (256, 256) and one.dtype == np.uint8
    assert not np.array_equal(one, other)
    assert np.array_equal(generator.batch([prompt], [2], generator.settings())[0], other)
    clear = generator.batch([Prompt("b", "Normal chest.")], [1], generator.settings())[0]
    left, right = one[150:220, 150:230].mean() - clear[150:220, 150:230].mean(), one[150:220, 30:100].mean() - clear[150:220, 30:100].mean()
    assert left > right  # the patient's left is on the right of the image
