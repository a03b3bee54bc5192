"""Encoders that live in an optional package: TorchXRayVision and torch-fidelity. Without the package, its install line is the answer."""

import importlib
import importlib.util
import sys
from typing import Any, Literal

from pydantic import Field

from bench_core import registry
from bench_core.cards import EncoderCard
from bench_core.encoders.backend import TorchEncoder
from bench_core.encoders.checkpoints import fill, find_file, home_of, read_tensors
from bench_core.errors import InputError
from bench_core.settings_model import Settings


def missing_package(module: str, name: str) -> str | None:
    """Says that a package is not installed, with the command; None when it is."""
    if module in sys.modules or importlib.util.find_spec(module):
        return None
    return f"The package {name} is not installed. pip install {name}"


@registry.backend("torchxrayvision")
class XRayVision(TorchEncoder):
    """The DenseNet-121 of TorchXRayVision before its classifier.

    The package unpickles whole models when it loads its own weights, and downloads them. Here it only builds the network; the tensors come
    from a safetensors file that one command makes.
    """

    channels = 1
    NAME = "densenet121-res224-all"

    @classmethod
    def missing(cls, card: EncoderCard) -> str | None:
        """The package, then the weights as safetensors."""
        place = home_of(card) / "model.safetensors"
        save = (
            f'mkdir -p {place.parent} && python -c "import torchxrayvision as x; from safetensors.torch import save_file; '
            f"m = x.models.DenseNet(weights='{cls.NAME}'); "
            f"save_file({{k: v for k, v in m.state_dict().items() if k != 'op_threshs'}}, '{place}')\""
        )
        absent = None if find_file(card, place.name) else f"The weights in {place.parent} are not there. {save}"
        return missing_package("torchxrayvision", "torchxrayvision") or absent

    def build(self) -> Any:
        """The package's network with the tensors of the file."""
        package: Any = importlib.import_module("torchxrayvision")
        tensors = read_tensors(self.card, "model.safetensors")
        return fill(package.models.DenseNet(weights=None), tensors, self.card)

    def features(self, signal: Any) -> Any:  # (B, 1, 224, 224) -> (B, 1024)
        """Pooled activations."""
        import torch

        return torch.relu(self._model.features(signal)).mean((2, 3))


class FidelityOptions(Settings):
    """Which output is the feature vector."""

    output: Literal["64", "192", "768", "2048", "logits_unbiased", "logits"] = Field("2048", description="In torch-fidelity's words.")


@registry.backend("torch_fidelity")
class TorchFidelity(TorchEncoder):
    """torch-fidelity's own Inception, resizing included: for numbers that must agree with that package."""

    Options = FidelityOptions
    FILE = "weights-inception-2015-12-05-6726825d.pth"
    URL = f"https://github.com/toshas/torch-fidelity/releases/download/v0.2.0/{FILE}"

    @classmethod
    def missing(cls, card: EncoderCard) -> str | None:
        """The package, then the weights in its own format."""
        place = home_of(card) / cls.FILE
        absent = None if find_file(card, cls.FILE) else f"The file {place} is not there. curl -L --create-dirs -o {place} {cls.URL}"
        return missing_package("torch_fidelity", "torch-fidelity") or absent

    def build(self) -> Any:
        """The package's extractor.

        Raises:
            InputError: the file holds more than tensors.
        """
        import pickle

        import torch

        package: Any = importlib.import_module("torch_fidelity.feature_extractor_inceptionv3")
        path, output = str(find_file(self.card, self.FILE)), self.options().output
        try:
            torch.load(path, weights_only=True)  # the package reads the file itself, whatever is in it
        except pickle.UnpicklingError as error:
            raise InputError(f"{path} holds more than tensors.", "Download it again.") from error
        return package.FeatureExtractorInceptionV3("inception-v3-compat", [output], feature_extractor_weights_path=path)

    def features(self, signal: Any) -> Any:  # (B, 3, S, S) in 0..255 -> (B, D)
        """The output that the card names, from 8-bit pixels."""
        import torch

        return self._model(signal.round().to(torch.uint8))[0]
