"""Statistics of reader studies: pure functions on arrays and on the frame of answers (`frames.ANSWERS`).

`analysis.reader_statistics` is the whole of it; `planning.plan_study` says beforehand what a study would find.
"""
