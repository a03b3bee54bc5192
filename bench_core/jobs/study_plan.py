"""The runs that a cell of a study is made of, each checked as the queue checks it, and whether what it makes is there already."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench_core import registry
from bench_core.data import content_key
from bench_core.engine.answers.results import results_frame
from bench_core.engine.catalogue import generator_card
from bench_core.errors import BenchError, InputError
from bench_core.prompts.drawing import draw_prompts
from bench_core.records import Reference
from bench_core.registry import Request, find_run_kind
from bench_core.spec import AttackSpec, Choice, EvaluateSpec, FilterSpec, GenerateSpec, PromptSpec, RunSpec, UtilitySpec
from bench_core.store.workspace import Workspace
from bench_core.studies.cells import Cell, named
from bench_core.studies.spec import OF_REAL, Source, StudySpec


@dataclass
class StudyPlan:
    """What the runs of a study ask for."""

    workspace: Workspace
    spec: StudySpec
    _prompts: list[PromptSpec] | None = None

    def drawing(self, source: Source) -> GenerateSpec:
        """The request that draws the images of a generator; equal requests are one set, whatever it is called.

        Raises:
            BenchError: the prompts cannot be drawn.
        """
        asked = self.spec.prompts
        assert asked is not None and source.id is not None
        if self._prompts is None:
            images = self.workspace.sets.open(asked.reports_of)
            self._prompts = draw_prompts(images, asked.number, asked.per_finding, asked.seed)
        card = generator_card(self.workspace.config, source.id)
        return GenerateSpec(
            name=_name(named(source), content_key(source.model_dump(), asked.model_dump(), self.spec.seed)),
            generator=Choice(id=source.id, settings=source.settings), prompts=self._prompts, count=asked.images,
            seed=self.spec.seed, train=self.spec.train if card.needs_train else None,
        )  # fmt: skip

    def filtering(self, cell: Cell, images: str) -> FilterSpec:
        """The request that filters a set."""
        assert cell.filter is not None
        of = self.workspace.sets.open(images)
        words = f"{of.name[:60]} · {cell.filter.id} {cell.threshold:g}"
        return FilterSpec(
            name=_name(words, content_key(images, cell.filter.model_dump(), cell.threshold, self.spec.encoder)), images=images,
            filter=cell.filter, threshold=cell.threshold, real=self.spec.real, train=self.spec.train, encoder=self.spec.encoder,
        )  # fmt: skip

    def judging(self, images: str) -> EvaluateSpec:
        """The request for the numbers of a set."""
        metrics = [Choice(id=name, optional=True) for name in self.spec.metrics]
        return EvaluateSpec(
            synthetic=images, real=self.spec.real, train=self.spec.train, encoders=[self.spec.encoder], metrics=metrics, seed=self.spec.seed
        )  # fmt: skip

    def training(self, cell: Cell, arms: Sequence[str], images: str) -> UtilitySpec:
        """The request for what arms are worth; a classifier of real images is trained beside some set, whichever it is."""
        return UtilitySpec(
            synthetic=images, real=self.spec.real, train=self.spec.train, encoder=self.spec.encoder, arms=list(arms),
            classifier=cell.classifier, epsilon=cell.epsilon, shares=[self.spec.share], trainings=self.spec.trainings,
            steps=self.spec.steps, seed=self.spec.seed,
        )  # fmt: skip

    def attacking(self, cell: Cell, images: str | None) -> AttackSpec:
        """The request for the attack that fits what the cell releases.

        A generator that cannot be asked is attacked through images that it draws: whoever has it has as many as they like.
        """
        asked, generator, taught, released = self.spec.attacks, None, None, images
        attack = asked.images
        if cell.release in (*OF_REAL, "classifier"):
            attack, taught = asked.classifier, cell.taught(self.spec)
            released = images if "synthetic" in registry.find_arm(cell.arm).reads else None
        elif cell.release == "generator" and (generator := self._queried(images)) is not None:
            attack, released = asked.generator, None
        return AttackSpec(
            train=self.spec.train, real=self.spec.real, encoder=self.spec.encoder, attacks=[Choice(id=attack)], synthetic=released,
            generator=generator, taught=taught, seed=self.spec.seed,
        )  # fmt: skip

    def _queried(self, images: str | None) -> str | None:
        """The generator that made a set, where it can be asked."""
        from bench_core.generators import backend_of

        name = None if images is None else self.workspace.sets.open(images).meta.get("generator")
        try:
            card = generator_card(self.workspace.config, str(name))
        except InputError:  # an imported set
            return None
        return None if backend_of(card).not_queried(card) else card.id

    def checked(self, spec: RunSpec) -> Request:
        """The request as it is queued.

        Raises:
            BenchError: it cannot run.
        """
        return find_run_kind(spec.kind).check(self.workspace, spec)

    def made_of(self, request: Request) -> str | None:
        """Where what the run makes is kept: id of a set, or key of figures or of an attack; None for numbers, which have many places."""
        spec = request.spec
        if isinstance(spec, GenerateSpec | FilterSpec):
            return request.set_id
        makes = find_run_kind(spec.kind).makes
        if isinstance(spec, UtilitySpec | AttackSpec) and makes is not None:
            (key,) = makes(self.workspace, spec)
            return str(key)
        return None

    def is_there(self, request: Request, *, tried: bool) -> bool:
        """Whether what the run would make is there.

        Args:
            tried: an attack that was refused counts, too.
        """
        spec, key = request.spec, self.made_of(request)
        if isinstance(spec, EvaluateSpec):
            reference = Reference(spec.real, spec.train, self.spec.encoder)
            found = results_frame(self.workspace, reference, [spec.synthetic])
            found = found[(found["subgroup"] == "all") & (found["mode"] == "corrected")]
            return {choice.id for choice in spec.metrics or []} <= set(found["metric"])
        assert key is not None
        if isinstance(spec, GenerateSpec | FilterSpec):
            return self.workspace.sets.is_complete(key)
        if isinstance(spec, UtilitySpec):
            return self.workspace.derived.table(key) is not None
        kept = self.workspace.derived.value(key)
        return kept is not None and (tried or bool(kept["scores"]))


def _name(words: str, key: str) -> str:
    """A name for a set that says what it is; sets that are made otherwise have other ones."""
    return f"{words[:100]} · {key[:8]}"


def said(error: BenchError) -> str:
    """Why a cell could not be made, in a line."""
    return f"{error.message} {error.hint}".strip()
