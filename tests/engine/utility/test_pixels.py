"""What cannot be fine-tuned says so, and what can."""

import pytest

from bench_core.config import Config
from bench_core.engine.catalogue import encoder_card
from bench_core.engine.utility.pixels import check_tunable
from bench_core.errors import NotPossible


def test_an_encoder_that_is_no_network_is_named() -> None:
    config = Config.from_environment()
    check_tunable(encoder_card(config, "phantom-eye"))
    with pytest.raises(NotPossible, match="pixels is no network that can be fine-tuned"):
        check_tunable(encoder_card(config, "pixels"))
