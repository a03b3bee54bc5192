"""The likeness of a synthetic and a training image, kept in this process: a page asks for its numbers, a viewer for its map."""

from collections import OrderedDict
from threading import Lock

from bench_core.memorization.likeness import Likeness, likeness
from bench_core.store.workspace import Workspace

KEPT = 64
_known: OrderedDict[tuple[str, str], Likeness] = OrderedDict()
_lock = Lock()


def likeness_of(workspace: Workspace, synthetic: str, image_id: str, train: str, train_image_id: str) -> Likeness:
    """Where a synthetic image shows the same as a training image.

    Raises:
        UnknownName: there is no such set or image.
        StoreError, ImageUnreadable: an image is gone, or cannot be decoded.
    """
    sets = [workspace.sets.open(synthetic), workspace.sets.open(train)]
    rows = [workspace.sets.row_of(images, i) for images, i in zip(sets, (image_id, train_image_id), strict=True)]
    key = (str(sets[0].table["digest"].iat[rows[0]]), str(sets[1].table["digest"].iat[rows[1]]))
    with _lock:
        found = _known.get(key)
    if found is None:
        found = likeness([sets[0].read(rows[0])], [sets[1].read(rows[1])])[0]
        with _lock:
            _known[key] = found
            while len(_known) > KEPT:
                _known.popitem(last=False)
    return found
