"""What every encoder is, and the preprocessing that cards pin."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from bench_core.cards import EncoderCard

RESAMPLING = {"bicubic": Image.Resampling.BICUBIC, "bilinear": Image.Resampling.BILINEAR, "box": Image.Resampling.BOX}


class Encoder:
    """An encoder: one card, one device. Cheap to make; weights load with the first batch.

    The features of an image do not depend on the other images of the batch.
    """

    def __init__(self, card: EncoderCard, *, device: str = "cpu") -> None:
        self.card, self.device = card, device

    @classmethod
    def missing(cls, card: EncoderCard) -> str | None:
        """What is missing on this machine to run the card, with the command that mends it; None when nothing is."""
        return None

    def encode(self, images: Sequence[np.ndarray]) -> np.ndarray:  # (B, D) float32
        """Features of uint8 images, (H, W) or (H, W, 3), of any size."""
        raise NotImplementedError

    def encode_text(self, texts: Sequence[str]) -> np.ndarray | None:  # (B, D) float32
        """Features of texts in the same space; None where the encoder reads none."""
        return None


def prepare(image: np.ndarray, card: EncoderCard) -> np.ndarray:  # (image_size, image_size) float32
    """One image as the card wants it: grey, the middle square of it, resized with antialiasing in float, 0..1, normalised."""
    grey = image.astype(np.float32) if image.ndim == 2 else np.asarray(Image.fromarray(image).convert("L"), np.float32)
    side = min(grey.shape)
    top, left = (grey.shape[0] - side) // 2, (grey.shape[1] - side) // 2
    grey = grey[top : top + side, left : left + side]
    size = (card.image_size, card.image_size)
    if grey.shape != size:
        grey = np.asarray(Image.fromarray(grey, mode="F").resize(size, RESAMPLING[card.resample]))
    return (np.clip(grey, 0, 255) / np.float32(255) - np.float32(card.mean)) / np.float32(card.std)


def squashed(image: np.ndarray, card: EncoderCard) -> np.ndarray:
    """The image as a square of `card.squash` pixels a side, bilinear with antialiasing and back in 8 bits; as it is without that."""
    if card.squash is None or image.shape[:2] == (card.squash, card.squash):
        return image
    return np.asarray(Image.fromarray(image).resize((card.squash, card.squash), Image.Resampling.BILINEAR))
