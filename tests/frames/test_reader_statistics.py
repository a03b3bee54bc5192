"""Frames of the statistics of readers: empty ones are whole."""

from bench_core.frames import reader_statistics
from bench_core.frames.column import Frame


def test_every_frame_is_whole_without_rows_and_explains_its_columns() -> None:
    frames = [value for value in vars(reader_statistics).values() if isinstance(value, Frame)]
    assert len(frames) == 12
    for frame in frames:
        assert list(frame.of([]).columns) == frame.names and len(set(frame.names)) == len(frame.names)
        assert all(column.meaning for column in frame.columns)
