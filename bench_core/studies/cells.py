"""The cells of a study: every combination that makes sense, once."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from pydantic import BaseModel, ConfigDict

from bench_core.data import content_key
from bench_core.errors import InputError
from bench_core.spec import Choice, ProbeKind, Taught
from bench_core.studies.spec import IN_WORDS, MOST_CELLS, OF_REAL, Release, Source, StudySpec, filter_choices


class Cell(BaseModel):
    """One cell: what is drawn or taken, what is done to it, what learns from it, what is released.

    Attributes:
        source: the generator with single settings, or the set; None for classifiers of real images.
        filter: None: nothing is filtered. threshold: of the filter.
        epsilon: of a private classifier.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: Source | None
    filter: Choice | None
    threshold: float | None
    arm: str
    classifier: ProbeKind
    release: Release
    epsilon: float | None = None

    @property
    def name(self) -> str:
        """What is drawn or taken, with the settings that were asked for."""
        return "real images" if self.source is None else named(self.source)

    @property
    def label(self) -> str:
        """The cell in a line."""
        parts = [self.name]
        if self.filter is not None:
            parts.append(f"{self.filter.id} {self.threshold:g}")
        parts += [self.arm, self.classifier + (f" epsilon {self.epsilon:g}" if self.epsilon is not None else "")]
        return f"{IN_WORDS[self.release]}: {', '.join(parts)}"

    def taught(self, spec: StudySpec) -> Taught:
        """The classifier of this cell, for an attack on it."""
        return Taught(arm=self.arm, classifier=self.classifier, share=spec.share, steps=spec.steps, epsilon=self.epsilon)


def named(source: Source) -> str:
    """A generator with its settings, or the name of the set."""
    words = [f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}" for name, value in source.settings.items()]
    return " ".join([source.id or str(source.set), *words])


def sources_of(spec: StudySpec) -> list[Source]:
    """Every generator at every combination of the settings that are swept, and every set."""
    found: dict[str, Source] = {}
    for one in spec.generators:
        swept = [[(name, v) for v in (value if isinstance(value, list) else [value])] for name, value in one.settings.items()]
        for chosen in product(*swept):
            source = one.model_copy(update={"settings": dict(chosen)})
            found.setdefault(content_key(source.model_dump()), source)
    return list(found.values())


def cells_of(spec: StudySpec) -> list[Cell]:
    """All cells, set by set; then those of real images, which need no generator.

    Images and generator are released unfiltered, filtered images filtered, a classifier learns from either; classifiers of real images have
    one arm.

    Raises:
        InputError: too many.
    """
    cells = list({content_key(cell.model_dump()): cell for cell in _cells(spec)}.values())
    if len(cells) > MOST_CELLS:
        raise InputError(f"The study has {len(cells):,} cells.", f"At most {MOST_CELLS:,} are one study: leave something out.")
    return cells


def _cells(spec: StudySpec) -> Iterator[Cell]:
    plain: list[tuple[Choice | None, float | None]] = [(None, None)]
    filtered: list[tuple[Choice | None, float | None]] = [(one, at) for one, at in filter_choices(spec)]
    for source in sources_of(spec):
        for release in spec.releases:
            if release in OF_REAL:
                continue
            within = filtered if release == "filtered_images" else [*plain, *filtered] if release == "classifier" else plain
            for (one, at), arm, classifier in product(within, spec.arms, spec.classifiers):
                yield Cell(source=source, filter=one, threshold=at, arm=arm, classifier=classifier, release=release)
    nothing: dict[str, Any] = {"source": None, "filter": None, "threshold": None, "arm": "real_only"}
    if "real_classifier" in spec.releases:
        for classifier in spec.classifiers:
            yield Cell(**nothing, classifier=classifier, release="real_classifier")
    if "private_classifier" in spec.releases:
        for epsilon in spec.epsilons:
            yield Cell(**nothing, classifier="private", release="private_classifier", epsilon=epsilon)
