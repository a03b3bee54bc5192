from typing import Annotated

import numpy as np
from pydantic import Field

from bench_core.data import Score
from bench_core.features import FeatureSet
from bench_core.features.origin import of_each_image
from bench_core.metrics.pictures import pictures
from bench_core.registry import metric

SIDE = 256
"""Default side: of most generators of films. At 192 noise of two grey levels and JPEG are hardly seen any more."""
ROUNDING = 1 / 12
"""Variance of rounding to whole grey levels: the least energy, so that a black film has a finite logarithm."""
BLOCK = 32
"""Pictures that are transformed at once."""


@metric(
    title="Spectral distance",
    family="fidelity",
    goal="minimize",
    bounds=(0, None),
    paper="arXiv:2003.01826",
    heavy=True,
    needs=("images",),
    unit="dB",
    formula=r"\sqrt{\frac{1}{F} \sum_{f=1}^{F} \left(\frac{1}{M} \sum_s L_f(s) - \frac{1}{N} \sum_r L_f(r)\right)^2},"
    r" \quad L_f(x) = \ell_f(x) - \frac{1}{F} \sum_g \ell_g(x), \quad \ell_f(x) = 10 \log_{10} \left(E_f(x) + \tfrac{1}{12}\right)",
)
def spectral_distance(
    real: FeatureSet,
    synthetic: FeatureSet,
    *,
    side: Annotated[int, Field(ge=16, le=1024, description="Images are shrunk to this side, and finer detail is not seen.")] = SIDE,
) -> Score:
    """How far the mean log energy of the images by spatial frequency is from that of real images, in decibels, whatever the encoder.

    Sees blur, noise and compression that the eye sees and most encoders do not. Blind to contrast as such, to what films show, and to
    copies. Read it beside the metrics that call blurred films better: the size of the mean image (a smaller file), and, in the space of
    plain pixels, precision and density.

    Raises:
        TooSmallImages: images smaller than `side`.

    References:
        Durall 2020, arXiv:2003.01826: the azimuthal mean of the power spectrum, which up-convolutions distort. There a classifier reads
        it; here it is the root mean square over the frequencies 1 to half of `side` of the difference of mean logarithms, so that the
        little energy of fine detail counts as much as that of coarse shades. Where their code divides each spectrum by its first term,
        this takes away the mean of its logarithms: films of more or less dose and contrast differ by that most, and would hide the rest.
        Differs also in a Hann window against the edges of the film and in 1/12 of a squared grey level, which rounding adds anyway.
    """
    difference = spectra(synthetic, side).mean(axis=0) - spectra(real, side).mean(axis=0)  # (F,)
    return Score(float(np.sqrt(np.mean(difference**2))))


def spectra(features: FeatureSet, side: int) -> np.ndarray:  # (N, F)
    """The log energies of the pictures of a set or a view of it by frequency, less their mean; worked out once for the whole set."""

    def make(whole: FeatureSet) -> np.ndarray:
        found = log_energies(pictures(whole, side))
        shapes: np.ndarray = found - found.mean(axis=1, keepdims=True)
        return shapes

    found: np.ndarray = of_each_image(features, ("spectra", side), make)[features.rows]
    return found


def log_energies(stack: np.ndarray) -> np.ndarray:  # (N, S, S) uint8 -> (N, S // 2)
    """Decibels of a squared grey level at 1 to S / 2 cycles a picture: white noise of variance v has 10 log10(v + 1/12) everywhere."""
    side = stack.shape[1]
    window = np.outer(np.hanning(side), np.hanning(side)).astype(np.float32)
    rings, size = _rings(side)
    out = np.empty((len(stack), side // 2))
    for start in range(0, len(stack), BLOCK):
        block = stack[start : start + BLOCK].astype(np.float32)
        block = (block - block.mean(axis=(1, 2), keepdims=True)) * window
        energy = np.abs(np.fft.rfft2(block)) ** 2 / (window**2).sum()  # (B, S, S // 2 + 1)
        for row, one in enumerate(energy, start):
            out[row] = np.bincount(rings, weights=one.ravel(), minlength=len(size))[1 : side // 2 + 1] / size[1 : side // 2 + 1]
    decibels: np.ndarray = 10 * np.log10(out + ROUNDING)
    return decibels


def _rings(side: int) -> tuple[np.ndarray, np.ndarray]:  # (S * (S // 2 + 1),), (R,)
    """Which ring of equal frequency each term of the half spectrum lies in, and how many terms each ring has."""
    up, across = np.fft.fftfreq(side, 1 / side), np.fft.rfftfreq(side, 1 / side)
    rings = np.rint(np.hypot(up[:, None], across)).astype(int).ravel()
    return rings, np.bincount(rings)
