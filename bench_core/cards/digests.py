"""Digests of weight files."""

import hashlib
from pathlib import Path

LARGE = 256 * 2**20


SAMPLES = 256


def digest_folder(folder: Path) -> list[list[str]]:
    """Name and digest of every file below a folder."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return [[str(p.relative_to(folder)), digest_file(p)] for p in files]


def digest_file(path: Path) -> str:
    """SHA-256 of a file; of a large one, of its size and of 256 stretches of 64 KiB, spread from its first byte to its last.

    Fine-tuning changes nearly every number of a model, and the whole of 25 GB would be read again by each process that starts.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        if size <= LARGE:
            return hashlib.file_digest(file, "sha256").hexdigest()
        digest, stretch = hashlib.sha256(str(size).encode()), 2**16
        for number in range(SAMPLES):
            file.seek(number * (size - stretch) // (SAMPLES - 1))
            digest.update(file.read(stretch))
        return digest.hexdigest()
