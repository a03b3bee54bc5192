"""Small WebP images, made once and kept: grids must be light."""

import hashlib
import io
from collections.abc import Collection
from pathlib import Path

from PIL import Image

from bench_core.data import ImageSet
from bench_core.errors import InputError
from bench_core.files import folder_bytes, write_whole

SIDES = range(16, 1025)


class ThumbnailStore:
    """Thumbnails by content digest and side."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, images: ImageSet, row: int, side: int) -> bytes:
        """The image of that row as WebP, at most `side` pixels wide and high, aspect kept, never enlarged."""
        if side not in SIDES:
            raise InputError(f"A thumbnail of {side} pixels cannot be made.", f"Choose {SIDES.start} to {SIDES.stop - 1}.")
        path = self._path(str(images.table["digest"].iat[row]), side)
        if not path.exists():
            picture = Image.fromarray(images.read(row))
            picture.thumbnail((side, side), Image.Resampling.LANCZOS)
            buffer = io.BytesIO()
            picture.save(buffer, format="WEBP", quality=80, method=2)
            write_whole(path, lambda part: part.write_bytes(buffer.getvalue()))
        return path.read_bytes()

    def _path(self, digest: str, side: int) -> Path:
        name = _name_of(digest)
        return self.folder / str(side) / name[:2] / f"{name}.webp"

    def forget(self, digests: Collection[str]) -> None:
        """Deletes the thumbnails of those digests, all sizes."""
        names = {_name_of(digest) for digest in digests}
        for path in self.folder.glob("*/*/*.webp"):  # few images of a large set ever had one
            if path.stem in names:
                path.unlink(missing_ok=True)

    def bytes(self) -> int:
        """Disk use."""
        return folder_bytes(self.folder)


def _name_of(digest: str) -> str:
    return hashlib.sha256(digest.encode()).hexdigest()[:32]
