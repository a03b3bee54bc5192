"""Scripts and styles of the site as they travel, packed as well as can be: that takes seconds, and they are the same at the next start."""

from pathlib import Path

from bench_core.files import DAY, folder_bytes, is_old, write_whole

UNUSED = 30 * DAY
"""What no server asked for in so long belongs to a version of Streamlit that is gone."""


class PackedStore:
    """Packed files by the key of what they hold; servers on one workspace share them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, key: str) -> bytes | None:
        """The packed file; None where there is none."""
        path = self.folder / key
        try:
            data = path.read_bytes()
            if is_old(path, DAY):
                path.touch()
        except OSError:  # gone, or of somebody else: it can be packed again
            return None
        return data

    def put(self, key: str, data: bytes) -> None:
        """Keeps a packed file.

        Raises:
            StoreUnavailable: it cannot be written.
        """
        write_whole(self.folder / key, lambda part: part.write_bytes(data))

    def sweep(self) -> int:
        """Deletes what no server asked for in `UNUSED` seconds; returns how many."""
        old = [path for path in self.folder.iterdir() if is_old(path, UNUSED)]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def bytes(self) -> int:
        """Disk use."""
        return folder_bytes(self.folder)
