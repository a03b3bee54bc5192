"""All that is said of a reader study, from its answers."""

from dataclasses import dataclass

import pandas as pd

from bench_core.errors import InputError, SettingError
from bench_core.readers.accuracy import choice_accuracy, reader_accuracy
from bench_core.readers.agreement import DRAWS
from bench_core.readers.agreement_table import reader_agreement
from bench_core.readers.answers import READ_ANSWERS
from bench_core.readers.curves import calibration, roc_points
from bench_core.readers.methods_paragraph import methods_paragraph
from bench_core.readers.mrmc import ONE_SHOT, Panel, panels, reader_differences, reader_means, why_not_crossed
from bench_core.readers.ratings import reader_ratings, reader_wilcoxon
from bench_core.readers.trends import reader_trends


@dataclass(frozen=True)
class ReaderStatistics:
    """The frames of a study, named as in `bench_core/frames/reader_statistics.py`; one of a question that was not asked has no rows.

    Attributes:
        notes: what is missing and what follows from it, in sentences.
        methods: a paragraph for the methods section.
    """

    accuracy: pd.DataFrame
    choices: pd.DataFrame
    means: pd.DataFrame
    differences: pd.DataFrame
    agreement: pd.DataFrame
    ratings: pd.DataFrame
    wilcoxon: pd.DataFrame
    trends: pd.DataFrame
    roc: pd.DataFrame
    calibration: pd.DataFrame
    notes: tuple[str, ...]
    methods: str

    @property
    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables by name."""
        return {name: table for name, table in vars(self).items() if isinstance(table, pd.DataFrame)}


def reader_statistics(answers: pd.DataFrame, *, level: float = 0.95, seed: int = 0, draws: int = DRAWS) -> ReaderStatistics:
    """Of one study that is closed.

    Args:
        answers: `frames.ANSWERS`, or with the columns of `READ_ANSWERS`.
        level: of all intervals but those of agreement, Wilcoxon's estimate and calibration, which are of 95 percent.
        seed, draws: of the bootstrap of agreement.

    Raises:
        InputError: there is no answer, or there are several studies.
        SettingError: there is no such level.
    """
    if not 0.5 <= level < 1:
        raise SettingError(f"An interval of level {level:g} cannot be made.", "Give one from 0.5 up to, but not, 1.")
    rows = READ_ANSWERS.of(answers.assign(**{name: "" for name in ("modality", "prompt") if name not in answers}))
    studies = sorted(rows["study"].unique())
    if not len(rows):
        raise InputError("There are no answers to analyse.", "Somebody has to read first.")
    if len(studies) > 1:
        raise InputError(f"The answers are of {len(studies)} studies: {', '.join(map(repr, studies))}.", "Give those of one study.")
    arrays = panels(rows)
    gaps = [gap for panel in arrays if (gap := why_not_crossed(panel))]
    differences = reader_differences(rows, level, arrays)
    return ReaderStatistics(
        reader_accuracy(rows, level), choice_accuracy(rows, level), reader_means(rows, level, arrays),
        differences,
        reader_agreement(rows, seed, draws), reader_ratings(rows), reader_wilcoxon(rows), reader_trends(rows, level), roc_points(rows),
        calibration(rows), (*_notes(rows, arrays, gaps), *_notes_of_differences(differences)), methods_paragraph(rows, not gaps, level),
    )  # fmt: skip


def _notes_of_differences(differences: pd.DataFrame) -> list[str]:
    """Unbiased estimates of small variances can come out below 0."""
    lost = differences[(differences["method"] == ONE_SHOT) & differences["se"].isna()]
    return [
        f"{first} less {second}: the one-shot method estimates a variance that is not positive, and has no interval."
        for first, second in zip(lost["first"], lost["second"], strict=True)
    ]


def _notes(rows: pd.DataFrame, arrays: list[Panel], gaps: list[str]) -> list[str]:
    main = rows[rows["block"] == "main"]
    asked = main[main["question"] == "real_or_synthetic"]
    said = []
    if gaps:
        said.append(
            f"{gaps[0]} Obuchowski and Rockette's analysis of areas needs every rating; the one-shot U-statistic method takes what is "
            "there. Finish these cases, or leave the reader out."
        )
    if len(main) and main["reader"].nunique() == 1:
        said.append("One reader: nothing holds for other readers; areas and shares hold for other cases.")
    if len(asked) and (asked["truth"] == "").all():
        said.append("The truth of no film is known (yet): nothing is said of right and wrong.")
    elif len(asked) and asked.loc[asked["truth"] != "", "truth"].nunique() == 1:
        truth = asked.loc[asked["truth"] != "", "truth"].iat[0]
        said.append(f"All films are {truth}: there is no area, and one only of sensitivity and specificity.")
    if len(asked) and (asked["choice"] == "").all():
        said.append("No answer has a side (column choice, or scale): accuracy, sensitivity and specificity are not counted; areas are.")
    if arrays and (arrays[0].readings.flat_areas == 1).all():
        said.append("Every reader ranks all synthetic films above all real ones: areas have no spread to make a standard error of.")
    return said
