"""One-pass generators: a network of this package (GAN, VAE) with the text encoder and autoencoder of another model.

The card's folder holds `config.json` (`{"network": ..., "arguments": {...}}`, see `latent_networks.NETWORKS`) and `model.safetensors`.
"""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from pydantic import Field

from bench_core import registry
from bench_core.cards import GeneratorCard
from bench_core.data import ImageSet, Prompt
from bench_core.errors import CardError, MissingWeights
from bench_core.generators.backend import Backend, OnStep
from bench_core.generators.diffusers_pipeline import to_bytes
from bench_core.generators.latent_networks import NETWORKS
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
        """The first folder that is not there, with the command that makes it."""
        for folder in card.folders():
            if not folder.is_dir():
                return f"The folder {folder} is not there. python -m bench_core train {card.id}"
        return None

    def load(self, settings: Settings | None = None) -> None:
        """Loads the network and the parts that it shares with another model."""
        if self._network is not None:
            return
        absent = [part for part in PARTS if part not in self.card.components]
        if absent or self.card.folder is None:
            raise CardError(self.card.source, "components" if absent else "path", f"must name {', '.join(absent) or 'a folder'}")
        lacking = self.missing(self.card)
        if lacking:
            text, _, command = lacking.rpartition(". ")
            raise MissingWeights(f"Generator {self.card.id} cannot run: {text}.", command)
        import torch
        from diffusers import AutoencoderKL
        from safetensors.torch import load_file
        from transformers import CLIPTextModel, CLIPTokenizer

        config = json.loads((self.card.folder / "config.json").read_text(encoding="utf-8"))
        network = NETWORKS[config["network"]](**config["arguments"])
        network.load_state_dict({k: v.float() for k, v in load_file(self.card.folder / "model.safetensors").items()})
        vae, text, words = (str(self.card.relative(str(self.card.components[part].path))) for part in PARTS)
        kind: dict[str, Any] = {"dtype": torch.float32, "use_safetensors": True, "local_files_only": True}
        self._vae = AutoencoderKL.from_pretrained(vae, **kind).eval().to(self.device)
        self._text = CLIPTextModel.from_pretrained(text, **kind).eval().to(self.device)
        self._tokenizer = CLIPTokenizer.from_pretrained(words, local_files_only=True)
        self._code = int(config["arguments"]["code"])
        self._network = network.eval().to(self.device)

    def batch(
        self, prompts: Sequence[Prompt], seeds: Sequence[int], settings: Settings, *, on_step: OnStep | None = None
    ) -> list[np.ndarray]:  # each (H, W) uint8
        """One image per prompt, all in one pass."""
        import torch

        self.load()
        assert isinstance(settings, Options)
        codes = [torch.randn(self._code, generator=torch.Generator("cpu").manual_seed(int(seed))) for seed in seeds]
        read = self._tokenizer([p.text for p in prompts], padding="max_length", truncation=True, return_tensors="pt").to(self.device)
        with torch.inference_mode():
            said = self._text(read.input_ids).pooler_output
            latents = self._network(settings.truncation * torch.stack(codes).to(self.device), said)
            signal = self._vae.decode(latents / self._vae.config.scaling_factor, return_dict=False)[0]
        images = signal.div(2).add(0.5).clamp(0, 1).permute(0, 2, 3, 1).cpu().numpy()
        made = [to_bytes(image) for image in images]
        if on_step:
            on_step(1, 1, made[0])
        return made
