"""Features: each image is encoded once per encoder, ever. Shards of vectors below `features/<encoder key>/`, looked up by digest.

A shard is `<name>.npy` (n, D) and `<name>.txt` with its n digests, written last.
"""

import threading
import uuid
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from bench_core.data import content_key
from bench_core.errors import StoreError
from bench_core.files import folder_bytes, is_old, write_whole


def text_digest(text: str) -> str:
    """The digest under which the features of a text are stored."""
    return "text:" + content_key(text)


class FeatureStore:
    """Vectors by encoder key and content digest."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._places: dict[str, dict[str, tuple[str, int]]] = {}
        self._known: dict[str, set[str]] = {}
        self._lock = threading.Lock()  # pages read from several threads

    def _index(self, encoder_key: str) -> dict[str, tuple[str, int]]:
        """Shard and row by digest; reads the shards that were added since the last look."""
        with self._lock:
            return self._looked_up(encoder_key)

    def _looked_up(self, encoder_key: str) -> dict[str, tuple[str, int]]:
        home = self.folder / encoder_key
        names = {p.stem for p in home.glob("*.txt")}
        known = self._known.setdefault(encoder_key, set())
        if known - names:  # something was deleted: start over
            known.clear()
            self._places[encoder_key] = {}
        places = self._places.setdefault(encoder_key, {})
        for name in sorted(names - known):
            for row, digest in enumerate((home / f"{name}.txt").read_text().split("\n")):
                places.setdefault(digest, (name, row))
            known.add(name)
        return places

    def missing(self, encoder_key: str, digests: Sequence[str]) -> list[str]:
        """Those digests without a vector, each once, in order."""
        places = self._index(encoder_key)
        return [d for d in dict.fromkeys(digests) if d not in places]

    def write(self, encoder_key: str, digests: Sequence[str], values: np.ndarray) -> None:
        """Stores vectors (n, D); those that are there already are left as they are."""
        places = self._index(encoder_key)
        first = {d: i for i, d in reversed(list(enumerate(digests)))}
        new = [i for d, i in sorted(first.items(), key=lambda item: item[1]) if d not in places]
        if not new:
            return
        values = np.asarray(values)
        if not np.isfinite(values.astype(np.float32)).all():
            raise StoreError("An encoder gave values that are not finite.", "Check its card and the images.")
        self._write_shard(self.folder / encoder_key, [digests[i] for i in new], values[new])

    def _write_shard(self, home: Path, digests: Sequence[str], values: np.ndarray) -> None:
        name = uuid.uuid4().hex[:16]

        def save(part: Path) -> None:
            with part.open("wb") as file:
                np.save(file, np.ascontiguousarray(values), allow_pickle=False)

        write_whole(home / f"{name}.npy", save)
        write_whole(home / f"{name}.txt", lambda part: part.write_text("\n".join(digests)))

    def read(self, encoder_key: str, digests: Sequence[str]) -> np.ndarray:  # (N, D) float32
        """The vectors of those digests, in their order.

        Raises:
            StoreError: some are not there.
        """
        places = self._index(encoder_key)
        if absent := self.missing(encoder_key, digests):
            raise StoreError(f"Features of {len(absent)} images are not stored.", "Evaluate the set first.")
        if not digests:
            return np.empty((0, 0), np.float32)
        rows_of: dict[str, list[tuple[int, int]]] = {}
        for i, digest in enumerate(digests):
            name, row = places[digest]
            rows_of.setdefault(name, []).append((i, row))
        values: np.ndarray | None = None
        for name, pairs in rows_of.items():
            shard = np.load(self.folder / encoder_key / f"{name}.npy", mmap_mode="r", allow_pickle=False)
            if values is None:
                values = np.empty((len(digests), shard.shape[1]), np.float32)
            wanted, source = np.array(pairs).T
            values[wanted] = shard[source]
        assert values is not None
        return values

    def forget(self, digests: Collection[str]) -> None:
        """Deletes the vectors of those digests in every encoder's space."""
        gone = set(digests)
        for listing in list(self.folder.glob("*/*.txt")):
            held = listing.read_text().split("\n")
            keep = [i for i, d in enumerate(held) if d not in gone]
            if len(keep) == len(held):
                continue
            data = listing.with_suffix(".npy")
            if keep:
                self._write_shard(listing.parent, [held[i] for i in keep], np.load(data, allow_pickle=False)[keep])
            listing.unlink()
            data.unlink(missing_ok=True)

    def sweep(self) -> int:
        """Deletes shards that were written without their list, by a process that was killed in between; returns how many."""
        listed = {path.with_suffix("") for path in self.folder.glob("*/*.txt")}
        left = [path for path in self.folder.glob("*/*.npy") if path.with_suffix("") not in listed and is_old(path)]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def bytes(self) -> int:
        """Disk use."""
        return folder_bytes(self.folder)
