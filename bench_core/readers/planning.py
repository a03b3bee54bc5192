"""How many readers and films a study needs: the study is simulated many times, and each is judged as the real one will be."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bench_core.errors import SettingError
from bench_core.frames.reader_statistics import READER_POWER
from bench_core.readers import obuchowski_rockette
from bench_core.readers.accuracy import share
from bench_core.readers.covariances import Way, covariances
from bench_core.readers.obuchowski_rockette import Estimate
from bench_core.readers.readings import Readings
from bench_core.readers.roe_metz import RoeMetz, Structure, area_on_scale, simulate

STRUCTURES: tuple[Structure, ...] = ("HL", "LL", "HH", "LH")
_NUMBERS_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Plan:
    """What is expected of a study.

    Attributes:
        areas: one: tell films apart at all (against 0.5); two: of two generators, which is told more easily, each with films of its own
            kind read under one case number.
        structure: see `RoeMetz.of`.
        scale: ratings that can be given; 0: as many as one likes.
        share: of synthetic films.
    """

    areas: tuple[float, ...]
    structure: Structure = "HL"
    scale: int = 0
    share: float = 0.5
    level: float = 0.95

    def check(self) -> None:
        """Raises SettingError where it cannot be simulated."""
        for area in self.areas:
            if not 0 < area < 1:
                raise SettingError(f"An area of {area:g} cannot be expected: it lies between 0 and 1.", "0.5 is guessing, 1 is certainty.")
        if len(self.areas) not in (1, 2):
            raise SettingError(f"{len(self.areas)} areas were given.", "Give one (against chance) or two (against each other).")
        if self.structure not in STRUCTURES:
            raise SettingError(f"There is no structure {self.structure!r}.", f"Known: {', '.join(STRUCTURES)}.")
        if self.scale == 1 or self.scale < 0 or self.scale > 1000:
            raise SettingError(f"A scale of {self.scale} cannot be rated on.", "Give 2 to 1000, or 0 for ratings without steps.")
        if not 0 < self.share < 1:
            raise SettingError(f"A share of {self.share:g} synthetic films leaves one side empty.", "Give one between 0 and 1.")


def plan_study(readers: Sequence[int], cases: Sequence[int], plan: Plan, *, studies: int = 1000, seed: int = 0) -> pd.DataFrame:
    """`READER_POWER`: one row per number of readers and of films; judged by Obuchowski and Rockette's analysis with DeLong's covariances.

    Raises:
        SettingError: the plan, or a size, cannot be simulated.
    """
    plan.check()
    rows = []
    for count in readers:
        for films in cases:
            positives = round(films * plan.share)
            if count < 2:
                raise SettingError(f"A study of {count} reader has no interval over readers.", "Plan for 2 or more.")
            if min(positives, films - positives) < 2:
                raise SettingError(
                    f"{films} films are {positives} synthetic and {films - positives} real ones.", "Plan for 2 of each or more."
                )
            rng = np.random.default_rng([seed, count, films])
            found = judge_simulated(plan, (count, positives, films - positives), studies, rng)
            rows.append({"readers": count, "cases": films, **found})
    return READER_POWER.of(rows)


def judge_simulated(
    plan: Plan, sizes: tuple[int, int, int], studies: int, rng: np.random.Generator, way: Way = "delong"
) -> dict[str, float | int]:
    """Power, coverage and width of one design."""
    model = RoeMetz.of(plan.structure)
    there = [area_on_scale(model, area, plan.scale) if plan.scale and len(plan.areas) == 1 else area for area in plan.areas]
    truth = there[0] if len(there) == 1 else there[0] - there[1]
    found, held, width = 0, 0, 0.0
    for readings in simulated(plan, sizes, studies, rng):
        one = judge(readings, way, plan.level)
        found += int(np.nansum(one.p_value < 1 - plan.level))
        held += int(((one.low <= truth) & (truth <= one.high)).sum())
        width += float(np.nansum(one.high - one.low))
    power, low, high = share(found, studies)
    return {"power": power, "low": low, "high": high, "width": width / studies, "coverage": held / studies, "studies": studies}


def simulated(plan: Plan, sizes: tuple[int, int, int], studies: int, rng: np.random.Generator) -> Iterator[Readings]:
    """The studies, in parts that fit the memory."""
    model = RoeMetz.of(plan.structure)
    at_once = max(1, _NUMBERS_AT_ONCE // (len(plan.areas) * sizes[0] * sizes[1] * sizes[2]))
    for start in range(0, studies, at_once):
        yield simulate(model, plan.areas, sizes, min(at_once, studies - start), rng, plan.scale)


def judge(readings: Readings, way: Way, level: float = 0.95) -> Estimate:
    """The mean area against 0.5 or, of two modalities, their difference; for other readers and cases."""
    covariance = covariances(readings, way)
    if readings.shape[0] == 1:
        return obuchowski_rockette.mean_over_readers(readings.areas[..., 0, :], covariance, level=level)
    return obuchowski_rockette.difference(obuchowski_rockette.components(readings.areas, covariance), 0, 1, level=level)
