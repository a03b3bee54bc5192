"""The data frames that the facade hands out: each column's name, dtype and meaning, declared once.

A frame without rows has the same columns and dtypes as one with a million. The fields of `Result` and the columns of the database
are checked against these (`tests/frames`), and so is what the tests of pages show in place of a workspace.
"""

from bench_core.frames.attacks import ATTACK_ROC, ATTACKED_PATIENTS, ATTACKS
from bench_core.frames.column import Column, Frame
from bench_core.frames.detection import DETECTIONS, PLANTED_RECALL
from bench_core.frames.filters import FILTER_LOG, WHAT_REMAINS
from bench_core.frames.marks import MARKS
from bench_core.frames.membership import PATIENT_RISKS, PROMPT_PULLS, RISK_SHARES, WORD_PULLS
from bench_core.frames.metric_worth import METRIC_WORTH
from bench_core.frames.patients import MATCHES, PAIR_SCORES, PROMPT_SCORES
from bench_core.frames.power import POWER, POWER_LIMITS
from bench_core.frames.published import IMPORTED_RESULTS, PUBLISHED, STATEMENTS
from bench_core.frames.reading import ANSWERS, MARKS_WITHIN, READER_STUDIES, REMARKS, STUDY_READERS
from bench_core.frames.reports import READ_REPORTS, REPORT_SCORES, RETRIEVAL, ROUND_TRIP
from bench_core.frames.results import CHANCES, CORRELATIONS, DIFFERENCES, FRONT, PER_IMAGE, RESULTS
from bench_core.frames.runs import DISK_USE, RUNS, WORKERS
from bench_core.frames.sets import NEIGHBOURS, NEIGHBOURS_AND_HELD_OUT, PROJECTION, SETS
from bench_core.frames.studies import STUDIES, STUDY_CELLS
from bench_core.frames.utility import TASKS, UTILITY, UTILITY_CURVES, UTILITY_GAINS

__all__ = [
    "ANSWERS",
    "ATTACKED_PATIENTS",
    "ATTACKS",
    "ATTACK_ROC",
    "CHANCES",
    "CORRELATIONS",
    "Column",
    "DETECTIONS",
    "DIFFERENCES",
    "DISK_USE",
    "FILTER_LOG",
    "FRONT",
    "Frame",
    "IMPORTED_RESULTS",
    "MARKS",
    "MARKS_WITHIN",
    "MATCHES",
    "METRIC_WORTH",
    "NEIGHBOURS",
    "NEIGHBOURS_AND_HELD_OUT",
    "PAIR_SCORES",
    "PATIENT_RISKS",
    "PER_IMAGE",
    "PLANTED_RECALL",
    "POWER",
    "POWER_LIMITS",
    "PROJECTION",
    "PROMPT_PULLS",
    "PROMPT_SCORES",
    "PUBLISHED",
    "READER_STUDIES",
    "READ_REPORTS",
    "REMARKS",
    "REPORT_SCORES",
    "RESULTS",
    "RETRIEVAL",
    "RISK_SHARES",
    "ROUND_TRIP",
    "RUNS",
    "SETS",
    "STATEMENTS",
    "STUDIES",
    "STUDY_CELLS",
    "TASKS",
    "STUDY_READERS",
    "UTILITY",
    "UTILITY_CURVES",
    "UTILITY_GAINS",
    "WHAT_REMAINS",
    "WORD_PULLS",
    "WORKERS",
]
