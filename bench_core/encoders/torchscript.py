"""Models that are published as TorchScript, such as SSCD: one file that holds network and weights."""

from typing import Any

from pydantic import Field

from bench_core import registry
from bench_core.cards import EncoderCard
from bench_core.cards.checkpoint_files import check_content
from bench_core.encoders.backend import TorchEncoder
from bench_core.encoders.checkpoints import find_file, home_of
from bench_core.settings_model import Settings, check


class Options(Settings):
    """Which file, and where it is published."""

    file: str = Field(description="Name of the TorchScript file in the card's folder.")
    url: str = Field("", description="Where it is published.")


@registry.backend("torchscript")
class TorchScript(TorchEncoder):
    """The file is run as it is: image in, one vector out."""

    Options = Options

    @classmethod
    def missing(cls, card: EncoderCard) -> str | None:
        """The file, with the command that brings it."""
        words: Any = check(Options, card.settings, f"Encoder {card.id!r}")
        found = find_file(card, words.file)
        if found:
            check_content(found)
            return None
        place = home_of(card) / words.file
        fetch = f"curl -L --create-dirs -o {place} {words.url}" if words.url else f"Put {words.file} into that folder"
        return f"The file {place} is not there. {fetch}"

    def build(self) -> Any:
        """The scripted model."""
        import torch

        load: Any = torch.jit.load  # which torch leaves untyped
        return load(str(find_file(self.card, self.options().file)), map_location="cpu")

    def features(self, signal: Any) -> Any:  # (B, 3, S, S) -> (B, D)
        """The model's output."""
        return self._model(signal).flatten(1)
