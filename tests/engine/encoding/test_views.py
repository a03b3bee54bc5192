"""What a reader is handed: a part of a set and the views of it."""

import numpy as np

from bench_core.data import ImageSet
from bench_core.engine.encoding.views import ReadingTask, View


def test_a_job_is_no_more_than_reading_takes(films: ImageSet) -> None:
    job = ReadingTask.of(films, [View()])
    assert list(job.images.table) == ["image_id", "path", "digest"] and job.images.meta == {}
    assert np.array_equal(job.read(5, (0, 0))[1], films.read(5))
