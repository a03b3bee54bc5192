"""What every backend does: settings with the card's own defaults, and what is missing."""

import pytest
from pydantic import Field

from bench_core.cards import GeneratorCard
from bench_core.errors import SettingError
from bench_core.generators.backend import Backend, Lack, need_train, with_defaults
from bench_core.settings_model import Settings


class Options(Settings):
    """Two settings."""

    steps: int = Field(10, ge=1, description="Steps.")
    scale: float = 1.0


class Plain(Backend):
    """Has settings only."""

    Options = Options


class Absent(Backend):
    """Lacks something."""

    @classmethod
    def missing(cls, card: GeneratorCard) -> str | None:
        return f"The weights of {card.id} are not here. Run hf download a/b"


def card(**settings: object) -> GeneratorCard:
    return GeneratorCard(id="mine", title="Mine", backend="plain", settings=settings)


def test_the_cards_settings_are_defaults_that_keep_range_and_words() -> None:
    model = with_defaults(Options, card(steps="3"))
    assert model().model_dump() == {"steps": 3, "scale": 1.0}
    assert model.model_fields["steps"].description == "Steps."
    generator = Plain(card(steps=3))
    assert generator.settings(scale=2).model_dump() == {"steps": 3, "scale": 2.0}
    assert Options().steps == 10
    with pytest.raises(SettingError, match="generator mine: setting steps = 0"):
        generator.settings(steps=0)


@pytest.mark.parametrize(("settings", "words"), [({"stepz": 3}, "card mine has no setting 'stepz'"), ({"steps": 0}, "steps = 0")])
def test_a_card_that_sets_what_there_is_not_is_named(settings: dict[str, object], words: str) -> None:
    with pytest.raises(SettingError, match=words):
        Plain.settings_model(card(**settings))


def test_what_is_missing_becomes_a_lack_with_its_steps() -> None:
    assert Plain.lacks(card()) == []
    (lack,) = Absent.lacks(card())
    assert lack == Lack("The weights of mine are not here", "Run hf download a/b")
    assert str(lack) == "The weights of mine are not here. Run hf download a/b"


def test_a_generator_that_needs_training_images_says_so() -> None:
    with pytest.raises(SettingError, match="mine needs a set of training images"):
        need_train(card(), None)
