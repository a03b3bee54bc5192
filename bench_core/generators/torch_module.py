"""One-pass generators: a network of this package with another model's autoencoder and, unless rules read its prompts, text encoder.

The card's folder holds `config.json` (`{"network": ..., "arguments": {...}}`, see `latent_networks.NETWORKS`) and `model.safetensors`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field

from bench_core import registry
from bench_core.cards import GeneratorCard
from bench_core.cards.checkpoint_files import json_object, tensor_shapes
from bench_core.data import ImageSet, Prompt
from bench_core.errors import CardError, InputError, MissingWeights
from bench_core.generators.backend import Backend, OnStep
from bench_core.generators.diffusers_pipeline import to_bytes
from bench_core.generators.lacks import lacks_of_parts
from bench_core.generators.latent_networks import BY_RULES, NETWORKS
from bench_core.generators.pipeline_parts import load_part, loading
from bench_core.generators.prompt_reading import readings
from bench_core.generators.reconstruction import through
from bench_core.generators.rule_reading import read_by_rules
from bench_core.records import Reading
from bench_core.settings_model import Settings

PARTS = ("vae", "text_encoder", "tokenizer")


class Options(Settings):
    """What can be said beside the prompt."""

    truncation: float = Field(1.0, ge=0, le=2, description="Length of the random code: below 1 more typical, above 1 more varied.")


@registry.backend("torch_module")
class TorchModule(Backend):
    """A network that turns a random code and the prompt into latents, which the autoencoder decodes."""

    Options = Options

    def __init__(self, card: GeneratorCard, *, device: str = "cpu", train: ImageSet | None = None) -> None:
        super().__init__(card, device=device, train=train)
        self._network: Any = None

    @classmethod
    def missing(cls, card: GeneratorCard) -> str | None:
        """The first folder that is not there or not whole, with the command that makes it.

        Raises:
            CardError: the card does not name all parts.
            InputError: `config.json` or the weights are damaged.
        """
        absent = [part for part in _parts(card) if part not in card.components or not card.components[part].path]
        if absent or card.folder is None:
            raise CardError(card.source, "components" if absent else "path", f"must name {', '.join(absent) or 'a folder'}")
        for folder in card.folders():
            if not folder.is_dir():
                return f"The folder {folder} is not there. python -m bench_core train {card.id}"
        _network_of(card.folder)
        tensor_shapes(card.folder / "model.safetensors")
        return next((str(lack) for lack in lacks_of_parts(card)), None)

    @classmethod
    def readings(cls, card: GeneratorCard, texts: Sequence[str]) -> list[Reading] | None:
        """By its tokenizer; None where rules read the prompt, which has no length for them."""
        return None if _parts(card) == PARTS[:1] else readings(card, texts, None)

    def load(self, settings: Settings | None = None) -> None:
        """Loads the network and the parts that it shares with another model."""
        if self._network is not None:
            return
        lacking = self.missing(self.card)
        if lacking:
            text, _, command = lacking.rpartition(". ")
            raise MissingWeights(f"Generator {self.card.id} cannot run: {text}.", command)
        with loading(self.card, str(self.card.folder), f"python -m bench_core train {self.card.id}"):
            self._load()

    def _load(self) -> None:
        import torch
        from safetensors.torch import load_file
        from transformers import CLIPTextModel, CLIPTokenizer

        assert self.card.folder is not None
        name, arguments = _network_of(self.card.folder)
        build: Any = NETWORKS[name]
        network = build(**arguments)
        network.load_state_dict({k: v.float() for k, v in load_file(self.card.folder / "model.safetensors").items()})
        self._vae = load_part(self.card, "vae", self.card.components["vae"], torch.float32).eval().to(self.device)
        self._text: Any = None
        if name not in BY_RULES:
            text, words = (str(self.card.relative(str(self.card.components[part].path))) for part in PARTS[1:])
            kind: dict[str, Any] = {"dtype": torch.float32, "use_safetensors": True, "local_files_only": True}
            self._text = CLIPTextModel.from_pretrained(text, **kind).eval().to(self.device)
            self._tokenizer = CLIPTokenizer.from_pretrained(words, local_files_only=True)
        self._code = int(arguments["code"])
        self._network = network.eval().to(self.device)

    def batch(
        self, prompts: Sequence[Prompt], seeds: Sequence[int], settings: Settings, *, on_step: OnStep | None = None
    ) -> list[np.ndarray]:  # each (H, W) uint8
        """One image per prompt, all in one pass."""
        import torch

        self.load()
        assert isinstance(settings, Options)
        drawn = [torch.Generator("cpu").manual_seed(int(seed)) for seed in seeds]
        codes = [torch.randn(self._code, generator=generator) for generator in drawn]
        with torch.inference_mode():
            said = self._read([prompt.text for prompt in prompts])
            latents = self._network(settings.truncation * torch.stack(codes).to(self.device), said)
            signal = self._vae.decode(latents / self._vae.config.scaling_factor, return_dict=False, generator=drawn)[0]
        images = signal.div(2).add(0.5).clamp(0, 1).permute(0, 2, 3, 1).cpu().numpy()
        made = [to_bytes(image) for image in images]
        if on_step:
            on_step(1, 1, made[0])
        return made

    def reconstruct(self, films: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Through the autoencoder whose latents the network makes."""
        self.load()
        return through(self._vae, films, self.device, int(self._vae.config.sample_size))

    def _read(self, texts: Sequence[str]) -> Any:  # (B, text)
        import torch

        if self._text is None:
            return torch.from_numpy(np.stack([read_by_rules(text) for text in texts])).to(self.device)
        read = self._tokenizer(list(texts), padding="max_length", truncation=True, return_tensors="pt").to(self.device)
        return self._text(read.input_ids).pooler_output


def _parts(card: GeneratorCard) -> tuple[str, ...]:
    """The parts of another model that the card must name."""
    config = card.folder / "config.json" if card.folder else None
    ruled = config is not None and config.is_file() and json_object(config).get("network") in BY_RULES
    return PARTS[:1] if ruled else PARTS


def _network_of(folder: Path) -> tuple[str, dict[str, Any]]:
    """Name and arguments of the network that `config.json` describes.

    Raises:
        InputError: it describes none that is known.
    """
    config = json_object(folder / "config.json")
    name, arguments = config.get("network"), config.get("arguments")
    if name not in NETWORKS or not isinstance(arguments, dict) or not isinstance(arguments.get("code"), int):
        problem = f"{folder / 'config.json'} describes no network: network is {name!r}, known are {', '.join(NETWORKS)}"
        raise InputError(f"{problem}; arguments must say code.", "Fetch it again.")
    return name, arguments
