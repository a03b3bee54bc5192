"""What every encoder is, and the preprocessing that cards pin."""

from collections.abc import Callable, Sequence
from copy import copy, deepcopy
from typing import Any

import numpy as np
from PIL import Image

from bench_core.cards import EncoderCard
from bench_core.encoders.checkpoints import absent_vocabulary, damaged_configuration, fetch_command, missing_weights
from bench_core.errors import BenchError, InputError, MissingWeights, is_full
from bench_core.settings_model import Settings, check

RESAMPLING = {"bicubic": Image.Resampling.BICUBIC, "bilinear": Image.Resampling.BILINEAR, "box": Image.Resampling.BOX}


class Encoder:
    """An encoder: one card, one device. Cheap to make; weights load with the first batch.

    The features of an image do not depend on the other images of the batch.

    The engine calls `gather` and `begin`; an encoder that needs no more than `encode` leaves them as they are.

    Attributes:
        Options: what the card's `settings` may say.
        remote_code: whether the user allows code that comes with a checkpoint.
        prepared: whether `gather` takes images as `scaled` returns them, which is then done ahead and in parallel, or as they are.
    """

    Options: type[Settings] = Settings
    remote_code: bool = False
    prepared: bool = False

    def __init__(self, card: EncoderCard, *, device: str = "cpu") -> None:
        self.card, self.device = card, device
        self._model: Any = None

    @classmethod
    def missing(cls, card: EncoderCard) -> str | None:
        """What is missing on this machine to run the card, with the command that mends it; None when nothing is."""
        return None

    def encode(self, images: Sequence[np.ndarray]) -> np.ndarray:  # (B, D) float32
        """Features of uint8 images, (H, W) or (H, W, 3), of any size."""
        raise NotImplementedError

    def gather(self, images: Sequence[np.ndarray]) -> Any:
        """The batch that `begin` takes, or a slice of it. Needs no weights, and runs in another thread beside the batch before."""
        return images

    def begin(self, batch: Any) -> tuple[np.ndarray, Callable[[], object] | None]:  # (B, D) float32
        """Features of a batch and, where a device is still at work on them, what waits until they are there."""
        return self.encode(batch), None

    def encode_text(self, texts: Sequence[str]) -> np.ndarray | None:  # (B, D) float32
        """Features of texts in the same space; None where the encoder reads none."""
        return None

    def options(self) -> Any:
        """The card's settings, checked.

        Raises:
            SettingError: an unknown name or a bad value.
        """
        return check(self.Options, self.card.settings, f"Encoder {self.card.id!r}")

    def require(self) -> None:
        """Raises MissingWeights, with the command in the hint, when something is missing."""
        lacking = self.missing(self.card)
        if lacking:
            text, _, command = lacking.partition(". ")
            raise MissingWeights(f"Encoder {self.card.id} cannot run: {text}.", command)

    def trusted(self) -> bool:
        """Whether the checkpoint's own code is to run.

        Raises:
            InputError: the card asks for it and the user does not allow it.
        """
        if self.card.trust_remote_code and not self.remote_code:
            raise InputError(*refused_code(self.card))
        return self.card.trust_remote_code


class TorchEncoder(Encoder):
    """An encoder whose network is loaded once by `build` and called by `features`.

    Attributes:
        configured: entries that the checkpoint's `config.json` must have; none: the network needs no such file.
    """

    channels = 3
    prepared = True
    configured: tuple[str, ...] = ()

    def __init__(self, card: EncoderCard, *, device: str = "cpu") -> None:
        super().__init__(card, device=device)
        self._on_gpu = device.startswith("cuda")
        self._copies: Any = None

    @classmethod
    def missing(cls, card: EncoderCard) -> str | None:
        """What of the checkpoint is not there or damaged, and the command that brings it."""
        if not cls.configured:
            return missing_weights(card)
        return (
            missing_weights(card) or damaged_configuration(card, cls.configured) or (absent_vocabulary(card) if card.reads_text else None)
        )

    def build(self) -> Any:
        """The network, in evaluation mode, on the CPU."""
        raise NotImplementedError

    def features(self, signal: Any) -> Any:  # (B, channels, S, S) -> (B, D)
        """One forward pass."""
        raise NotImplementedError

    def load(self) -> None:
        """Loads the weights, once.

        Raises:
            MissingWeights: they are not on this machine, or damaged in a way that only loading shows; the hint has the command.
        """
        if self._model is None:
            import torch

            self.require()
            self._normal = [torch.from_numpy(value.copy()).to(self.device) for value in normal(self.card)]
            try:
                network = self.build()
            except BenchError:
                raise
            except Exception as error:  # the libraries that read a checkpoint raise anything over a damaged one
                if is_full(error):
                    raise
                reason = " ".join(str(error).split())[:1000] or type(error).__name__
                raise MissingWeights(f"Encoder {self.card.id} does not load: {reason}", fetch_command(self.card)) from error
            self._model = network.eval().to(self.device)

    def network(self) -> Any:
        """A copy of the network that learns, as a module from scaled images (B, 1, S, S) to (B, D); the encoder stays as it is."""
        from torch import nn

        self.load()
        twin = copy(self)
        twin._model = deepcopy(self._model)

        class Trunk(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.body = twin._model

            def forward(self, batch: Any) -> Any:
                return twin.features(twin._normalised(batch))

        return Trunk().requires_grad_(True)

    def encode(self, images: Sequence[np.ndarray]) -> np.ndarray:  # (B, D) float32
        """Features, one row per image."""
        self.load()
        values, wait = self.begin(self.gather([scaled(image, self.card) for image in images]))
        if wait:
            wait()
        return values

    def gather(self, images: Sequence[np.ndarray]) -> Any:  # (B, 1, S, S)
        """A tensor of scaled images; for a GPU in memory that it can copy from while it computes."""
        import torch

        batch = torch.empty((len(images), *images[0].shape), pin_memory=self._on_gpu)
        np.stack(images, out=batch.numpy())
        return batch[:, None]

    def begin(self, batch: Any) -> tuple[np.ndarray, Callable[[], object] | None]:  # (B, 1, S, S) -> (B, D) float32
        """One forward pass; on a GPU it is only begun, and what comes and goes is copied while it computes."""
        import torch

        self.load()
        if self._on_gpu:
            return self._begin_on_gpu(batch)
        with torch.inference_mode():
            return self.features(self._normalised(batch)).float().numpy(), None

    def _begin_on_gpu(self, batch: Any) -> tuple[np.ndarray, Callable[[], object]]:
        import torch

        with torch.inference_mode(), torch.cuda.device(self.device):
            cuda: Any = torch.cuda  # which torch leaves untyped
            self._copies = self._copies or cuda.Stream()
            here = torch.cuda.current_stream()
            with torch.cuda.stream(self._copies):
                there = batch.to(self.device, non_blocking=True)
            here.wait_stream(self._copies)
            there.record_stream(here)  # its memory is not used again before this pass is over
            made = self.features(self._normalised(there)).float()
            values = torch.empty(made.shape, pin_memory=True)
            values.copy_(made, non_blocking=True)
            done = cuda.Event(blocking=True)
            done.record()
        return values.numpy(), done.synchronize

    def _normalised(self, batch: Any) -> Any:  # (B, 1, S, S) -> (B, channels, S, S)
        """Done where the network is, so that one channel goes there; grey is repeated where the network has more channels than the card."""
        mean, std = self._normal
        return ((batch - mean) / std).expand(-1, self.channels, -1, -1).contiguous()


def refused_code(card: EncoderCard) -> tuple[str, str]:
    """Message and hint for a card whose checkpoint brings code that the user has not allowed."""
    at = f" at revision {card.revision}" if card.revision else ""
    return (
        f"Encoder {card.id} runs Python code that comes with {card.folder or card.repo_id}{at}.",
        "Read that code, then set BENCH_TRUST_REMOTE_CODE=1 to allow it.",
    )


def prepare(image: np.ndarray, card: EncoderCard) -> np.ndarray:  # (S, S), or (3, S, S) with three means or deviations; float32
    """One image as the card wants it: grey, resized with antialiasing, 0..1, normalised."""
    mean, std = normal(card)
    signal: np.ndarray = (scaled(image, card) - mean) / std
    return signal


def scaled(image: np.ndarray, card: EncoderCard) -> np.ndarray:  # (S, S) float32
    """The part of `prepare` before normalising: grey, resized with antialiasing, 0..1."""
    grey = image if image.ndim == 2 else np.asarray(Image.fromarray(image).convert("L"))
    share: np.ndarray = np.clip(_resized(grey, card), 0, 255) / np.float32(255)
    return share


def normal(card: EncoderCard) -> tuple[np.ndarray, np.ndarray]:  # () or (3, 1, 1), float32
    """Mean and deviation of a card."""
    mean, std = np.asarray(card.mean, np.float32), np.asarray(card.std, np.float32)
    if mean.ndim or std.ndim:
        mean, std = (np.broadcast_to(value, 3)[:, None, None] for value in (mean, std))
    return mean, std


def _resized(grey: np.ndarray, card: EncoderCard) -> np.ndarray:  # (S, S) float32
    size = card.image_size
    if card.resize == "squash":
        return _resize(grey, size, size, card)
    side = min(grey.shape)
    if card.resize == "middle":
        return _resize(_middle(grey, side), size, size, card)
    short = card.resize_to or size
    height, width = (short if edge == side else int(short * edge / side) for edge in grey.shape)
    return _middle(_resize(grey, height, width, card), size)


def _resize(grey: np.ndarray, height: int, width: int, card: EncoderCard) -> np.ndarray:
    if grey.shape == (height, width):
        return grey.astype(np.float32)
    picture = Image.fromarray(grey.astype(np.uint8) if card.rounded else grey.astype(np.float32))
    return np.asarray(picture.resize((width, height), RESAMPLING[card.resample]), np.float32)


def _middle(grey: np.ndarray, side: int) -> np.ndarray:
    top, left = (grey.shape[0] - side) // 2, (grey.shape[1] - side) // 2
    return grey[top : top + side, left : left + side]


def squashed(image: np.ndarray, card: EncoderCard) -> np.ndarray:
    """The image as a square of `card.squash` pixels a side, bilinear with antialiasing and back in 8 bits; as it is without that."""
    if card.squash is None or image.shape[:2] == (card.squash, card.squash):
        return image
    return np.asarray(Image.fromarray(image).resize((card.squash, card.squash), Image.Resampling.BILINEAR))
