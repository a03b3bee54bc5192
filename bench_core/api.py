"""The facade: all that pages and the command line may import (with `bench_core.errors`).

Every function works on the current workspace: the one that `open_workspace` was last given, or, on first use, the one that
the environment names. Sets and runs may be given by id or by name. Nothing here runs a model except `prepare_demo`,
`wait` without a worker, and `projection` where it was never made before; pages submit a spec and a worker carries it out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from bench_core.cards import EncoderCard, GeneratorCard
from bench_core.config import Config
from bench_core.data import FINDINGS, ImageSet, Kind, Prompt, Result
from bench_core.errors import BenchError, InputError, NameTaken, NotPossible, QuotaReached, TableError, UnknownName
from bench_core.registry import Goal, Layout, Metric, Target
from bench_core.spec import MAP_LIMIT, Choice, EvaluateSpec, GenerateSpec, ProjectSpec, PromptSpec, RunSpec
from bench_core.store.turns import BEHIND, INTERACTIVE

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from bench_core.engine.dry_run import ModelCheck
    from bench_core.engine.estimate import Estimate
    from bench_core.store.workspace import Workspace

__all__ = [
    "BEHIND", "FINDINGS", "INTERACTIVE", "BenchError", "Choice", "Config", "DemoState", "EncoderCard", "EvaluateSpec", "GenerateSpec",
    "GeneratorCard", "Goal", "ImageSet", "ImportReport", "InputError", "Kind", "Layout", "MAP_LIMIT", "Metric", "NameTaken",
    "NotPossible", "ProjectSpec", "Prompt", "PromptSource", "PromptSpec", "QuotaReached", "Result", "Run", "RunSpec", "SettingField",
    "Study", "TableError", "Target", "UnknownName", "Upload",
]  # fmt: skip

Progress = Callable[[int, int, str], None]
"""Called with done, total and a line that says what is being done."""
Provenance = Literal["full", "redacted", "none"]
_current: Workspace | None = None


@dataclass(frozen=True)
class SettingField:
    """One setting of a generator, as a form draws it. `type` is `int`, `float`, `bool`, `str` or `choice`.

    Attributes:
        group: `memory` for what decides how a model is held in memory, not what it draws.
    """

    name: str
    type: str
    default: Any
    low: float | None = None
    high: float | None = None
    choices: tuple[Any, ...] = ()
    help: str = ""
    group: str = ""


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or (from `check_table`) would do. `problems` has one line a thing that is wrong, naming its row.

    Attributes:
        set_id: None where no set was made.
        imported: images (or numbers) imported, or that can be imported as they are.
    """

    set_id: str | None
    imported: int
    problems: list[str]


@dataclass(frozen=True)
class Upload:
    """Where uploaded files were put, ready for `import_images`."""

    images: Path
    table: Path | None


@dataclass(frozen=True)
class Run:
    """A run as a page shows it. Times are seconds since the epoch; `progress` runs from 0 to 1.

    Attributes:
        done, total: images (generate), or images to encode and metrics to compute (evaluate).
        step, steps: within the batch that is being generated.
        set_id: the set that the run makes (its finished images can be read while it runs) or evaluates.
        preview_png: intermediate image of the batch in progress.
        owner: who asked for it.
        pausing: it was asked to pause and still runs.
        position, starts_in: place in the queue (from 1) and seconds until its turn; None where it does not wait, or unknown.
    """

    id: str
    kind: Literal["generate", "evaluate", "project"]
    name: str
    spec: RunSpec
    status: Literal["queued", "running", "paused", "done", "failed", "cancelled"]
    progress: float
    done: int
    total: int
    step: int
    steps: int
    message: str
    error: str
    hint: str
    created: float
    started: float | None
    finished: float | None
    seconds: float | None
    eta_seconds: float | None
    set_id: str | None
    cancelling: bool
    preview_png: bytes | None
    owner: str = ""
    priority: int = 0
    pausing: bool = False
    position: int | None = None
    starts_in: float | None = None


@dataclass(frozen=True)
class PromptSource:
    """A table of prompts that an installed package ships; `missing` says why it cannot be read, empty where it can."""

    id: str
    title: str
    missing: str


@dataclass(frozen=True)
class DemoState:
    """How far the embedded study is."""

    ready: bool
    done: int
    total: int
    message: str


@dataclass(frozen=True)
class Study:
    """What numbers are read against: ids of the real and the training set (`train` may be None), and an encoder id."""

    name: str
    real: str
    train: str | None
    encoder: str


def open_workspace(config: Config | None = None) -> Workspace:
    """Sets the current workspace (with a config) or returns it, opening the one that the environment names if need be.

    Raises:
        StoreError: its folder or database cannot be used.
    """
    global _current
    if config is not None or _current is None:
        from bench_core.store.workspace import Workspace

        config = config or Config.from_environment()
        if _current is None or _current.config != config:
            _current = Workspace(config)
    return _current


# Catalogue


def metrics() -> Mapping[str, Metric]:
    """All metrics by id, in the order family, id."""
    from bench_core import registry

    return registry.metrics()


def methods() -> list[tuple[str, str]]:
    """What the numbers mean (value, interval, null, modes, ...): titles and Markdown texts. What a metric is, its record says."""
    from bench_core.engine.methods import sections

    return sections()


def metric_facts(metric: Metric) -> list[tuple[str, str]]:
    """What a reader of a metric wants to know (better, reads, null, settings, source), as label and Markdown text."""
    from bench_core.engine.methods import facts

    return facts(metric)


def generators() -> Mapping[str, GeneratorCard]:
    """All generator cards by id."""
    from bench_core.cards import generator_cards

    return generator_cards(open_workspace().config.card_folder)


def encoders() -> Mapping[str, EncoderCard]:
    """All encoder cards by id."""
    from bench_core.cards import encoder_cards

    config = open_workspace().config
    return encoder_cards(config.card_folder, config.weights_folder())


def generator_missing(generator_id: str) -> str | None:
    """What is missing to run this generator here (weights, a package), in words; None when it can run."""
    from bench_core.engine.models import generator_missing

    return generator_missing(open_workspace().config, generator_id)


def encoder_missing(encoder_id: str) -> str | None:
    """What is missing to run this encoder here, in words; None when it can run."""
    from bench_core.engine.models import encoder_missing

    return encoder_missing(open_workspace().config, encoder_id)


def check_model(generator_id: str, settings: Mapping[str, Any] | None = None, batch_size: int = 1) -> ModelCheck:
    """A dry run: everything that is missing to run this generator with these settings, and what memory it will take.

    Raises:
        UnknownName: there is no such generator.
    """
    from bench_core.engine.dry_run import check_model

    return check_model(open_workspace().config, generator_id, settings, batch_size)


def try_model(generator_id: str, settings: Mapping[str, Any] | None = None) -> float:
    """Loads a generator in this process and makes one image of few steps; returns the seconds that it took.

    Raises:
        BenchError: whatever stands against it.
    """
    from bench_core.engine.dry_run import try_model

    return try_model(open_workspace().config, generator_id, settings)


def draft_model(model_id: str, fields: Mapping[str, Any]) -> tuple[str, ModelCheck]:
    """The card of a model of one's own as it would be written, and its dry run. `fields` are those of `GeneratorCard`.

    Raises:
        InputError, SettingError: a field cannot be used.
    """
    from bench_core.engine.adding import draft
    from bench_core.engine.dry_run import check_card

    config = open_workspace().config
    text, card = draft(config, model_id, fields)
    return text, check_card(config, card)


def add_model(model_id: str, fields: Mapping[str, Any], replace: bool = False) -> Path:
    """Writes the card of a model of one's own and returns where it is; what is wrong is said before anything is written.

    Raises:
        NameTaken: there is a model of that id, and `replace` is not set.
        InputError, SettingError: a field cannot be used.
    """
    from bench_core.engine.adding import add

    return add(open_workspace().config, model_id, fields, replace)


def settings_schema(generator_id: str) -> list[SettingField]:
    """The settings of a generator with the card's defaults, in the order of a form."""
    from bench_core.engine.models import settings_fields

    return [SettingField(**f) for f in settings_fields(open_workspace().config, generator_id)]


def presets() -> Mapping[str, str]:
    """A prompt text for each finding."""
    from bench_core.prompts import presets

    return presets.PRESETS


def report_prompts(set_id: str, limit: int = 200) -> list[PromptSpec]:
    """The reports of a set as prompts, in table order, each text once.

    Raises:
        UnknownName: there is no such set.
    """
    from bench_core.prompts.reports import prompts_of

    return prompts_of(open_workspace().sets.open(set_id), limit)


def package_sources() -> list[PromptSource]:
    """What `package_prompts` can read; empty where the package is not installed."""
    from bench_core.prompts.package_tables import lacking_files

    return [PromptSource(*found) for found in lacking_files()]


def package_prompts(source: str, limit: int = 200) -> list[PromptSpec]:
    """Prompts from the tables that the package torchxrayvision ships: `openi-reports`, `chexpert-labels` or `nih-labels`.

    Raises:
        MissingPackage: it is not installed; the hint has the install line.
        UnknownName: there is no such source.
    """
    from bench_core.prompts.package_tables import prompts_of_package

    return prompts_of_package(source, limit)


def prompt_table(path: Path) -> list[PromptSpec]:
    """Prompts from a CSV with a column `prompt`, `text` or `annotated_prompt` and, if any, label columns.

    Raises:
        TableError: no such column, or rows that cannot be read; lists them.
    """
    from bench_core.prompts.table import read_prompts

    return read_prompts(path)


# Sets


def upload(files: Sequence[tuple[str, bytes]]) -> Upload:
    """Puts uploaded files (images, one CSV, or ZIPs of them) into a folder of their own, checked, for `import_images`.

    Raises:
        InputError: a ZIP leaves its folder or is too large, or there are two tables.
    """
    from bench_core.engine.intake.uploads import receive

    images, table = receive(open_workspace(), files)
    return Upload(images, table)


def check_table(images: Path, table: Path | None, kind: Kind = "real") -> ImportReport:
    """What an import of these would find, without importing: columns, paths and labels (not yet the pixels)."""
    from bench_core.engine.intake.tables import read_rows

    found = read_rows(Path(images), Path(table) if table else None, kind)
    return ImportReport(None, len(found.rows), found.problems)


def import_images(
    name: str,
    images: Path,
    table: Path | None,
    kind: Kind,
    skip_bad: bool = False,
    on_progress: Progress | None = None,
    in_place: bool = False,
) -> ImportReport:
    """Imports a folder of PNG, JPEG and DICOM files, or those that a CSV names, as a set of that name.

    With `in_place` the files stay where they are and are not opened yet (see `import_data_set`).

    The same name and content again returns the set that is there.

    Raises:
        TableError: something is wrong and `skip_bad` is not set; `problems` lists each with its row.
        NameTaken: the name belongs to a set with other content.
    """
    from bench_core.engine.intake.images import import_set

    set_id, imported, problems = import_set(
        open_workspace(), name, Path(images), Path(table) if table else None, kind, skip_bad, on_progress, in_place
    )
    return ImportReport(set_id, imported, problems)


def layouts() -> Mapping[str, Layout]:
    """The public data sets that can be imported by name, by id."""
    from bench_core import registry

    return registry.layouts()


def import_data_set(
    name: str,
    layout: str,
    root: Path,
    kind: Kind,
    *,
    split: str | None = None,
    view: str | None = None,
    labels: str | None = None,
    annotations: Path | None = None,
    copy: bool = False,
    skip_bad: bool = False,
    on_progress: Progress | None = None,
) -> ImportReport:
    """Imports a public data set that lies in `root` as it was published; see `layouts`.

    Unless `copy`, the images stay where they are and are not opened now: each is known by its place, size and time of last change, which
    are checked whenever it is read. With `copy`, each is decoded and copied into the workspace (of DICOM files the pixels only).

    Raises:
        UnknownName: there is no such layout.
        TableError: something is wrong and `skip_bad` is not set; `problems` lists each with its row.
        NameTaken: the name belongs to a set with other content.
    """
    from bench_core.engine.intake.data_sets import Wanted, import_data_set

    wanted = Wanted(split, view, labels, Path(annotations) if annotations else None)
    return ImportReport(*import_data_set(open_workspace(), name, layout, Path(root), kind, wanted, copy, skip_bad, on_progress))


def sets(kind: str | None = None) -> pd.DataFrame:
    """All finished sets (also of cancelled runs), newest first.

    Columns: id, name, kind, images, bytes (on this machine), created (UTC), generator, root (folder, or URL below `BENCH_IMAGES`),
    prompts_are_reports, simulated, complete.
    """
    return open_workspace().sets.listing(kind)


def find_set(name_or_id: str) -> ImageSet:
    """The set of that name or id; one that is still being made has the rows that are finished.

    Raises:
        UnknownName: there is none; offers the closest one.
    """
    return open_workspace().sets.open(name_or_id)


def members(set_id: str, subgroup: str) -> list[str]:
    """Ids of the images of a set that belong to a subgroup: `finding=Pneumonia` or `view=AP` (also `PA`, `lateral`).

    Raises:
        UnknownName: there is no such set.
        InputError: no such grouping.
    """
    from bench_core.engine.grouping import members

    return members(find_set(set_id), subgroup)


def data_version() -> str:
    """A cheap token that changes when a set, a number or the end of a run appears or disappears: what pages key their caches on."""
    return open_workspace().version()


def delete_set(name_or_id: str) -> None:
    """Deletes a set with its images, thumbnails, features, neighbours, projections and results.

    Raises:
        UnknownName: there is none.
        InputError: a run that is queued or running uses it.
    """
    from bench_core.engine.deletion import delete_set

    delete_set(open_workspace(), name_or_id)


def disk_use() -> pd.DataFrame:
    """Bytes on disk by what they are. Columns: what, bytes."""
    return open_workspace().disk_use()


def image_png(set_id: str, image_id: str) -> bytes:
    """One image as a PNG, 8-bit grey, without provenance (see `export_zip` and `image_provenance`).

    Raises:
        UnknownName: no such set or image.
    """
    from bench_core.store.pictures import plain_png

    images = find_set(set_id)
    return plain_png(images.read(open_workspace().sets.row_of(images, image_id)))


def mean_image(set_id: str) -> bytes:
    """The mean of the images of a set (of up to 2,000 of them) as a small grey PNG; made once and kept. A varied set has a blurred one.

    Raises:
        UnknownName: no such set.
        NotPossible: it has no images yet.
        TooSmallImages: some images are smaller than others.
    """
    from bench_core.engine.mean_image import mean_image

    return mean_image(open_workspace(), find_set(set_id))


def quick_mean_image(set_id: str) -> bytes | None:
    """As `mean_image`, but None where it would take long: a large set of which none was made yet. An evaluation makes one."""
    from bench_core.engine.mean_image import quick_mean_image

    return quick_mean_image(open_workspace(), find_set(set_id))


def thumbnails(set_id: str, image_ids: Sequence[str], side: int = 96) -> list[bytes]:
    """Small grey WebP images in the order of `image_ids`; each is made once and kept.

    Raises:
        UnknownName: no such set or image.
    """
    workspace = open_workspace()
    images = find_set(set_id)
    return [workspace.thumbnails.get(images, workspace.sets.row_of(images, i), side) for i in image_ids]


def export_zip(set_id: str, image_ids: Sequence[str] | None = None, provenance: Provenance | None = None) -> bytes:
    """A ZIP of images (all unless named) and `table.csv`; file names are numbers.

    Provenance `full` keeps model, prompt, seed and settings in each PNG and prompts in the table, `redacted` leaves out what
    could stem from a report (prompt, labels, ids of sources), `none` leaves out all. None: `redacted` where prompts are
    imported reports, else `full`.
    """
    from bench_core.engine.export import zip_of

    return zip_of(open_workspace(), find_set(set_id), image_ids, provenance)


def export_png(set_id: str, image_id: str, provenance: Provenance | None = None) -> bytes:
    """One image as a PNG with its provenance, by the rule of `export_zip`."""
    from bench_core.engine.export import png_of

    return png_of(open_workspace(), find_set(set_id), image_id, provenance)


def read_provenance(png: bytes) -> dict[str, Any] | None:
    """What a PNG says of how it was made: generator, revision, prompt, seed, settings; None if it says nothing."""
    from bench_core.store.pictures import read_provenance

    return read_provenance(png)


# Runs


def submit(spec: RunSpec, priority: int | None = None, owner: str | None = None) -> str:
    """Checks a spec and queues it; the id of the run. The same request that has not ended yet is not queued twice.

    Args:
        priority: higher ones first; None: 10 for a few images that somebody waits for, else 0. Below 0 means when nothing else waits.
        owner: who asks; turns and quotas go by it. The user of the configuration where nobody is named.

    Raises:
        QuotaReached: the owner may not ask for more at the moment.
        UnknownName: a generator, encoder, metric or set that is not there.
        SettingError: a setting that is unknown or out of range.
        NameTaken: the name belongs to another request.
        MissingWeights, MissingPackage: the generator or encoder cannot run here.
    """
    from bench_core.engine.submission import submit

    return submit(open_workspace(), spec, priority, owner)


def runs(limit: int = 200) -> pd.DataFrame:
    """Runs, newest first.

    Columns: id, kind, name, status, progress (0 to 1), message, error, hint, created, started, finished (UTC), seconds, set_id,
    eta_seconds, cancelling, pausing, owner, priority, position (in the queue, from 1), starts_in (seconds; None where unknown).
    """
    return open_workspace().runs.listing(limit)


def run(run_id: str) -> Run:
    """One run.

    Raises:
        UnknownName: there is none of that id (or name).
    """
    return Run(**open_workspace().runs.describe(run_id))


def runs_in_full(rows: pd.DataFrame) -> list[Run]:
    """These rows of `runs` as `run` gives each, with one look at the database; one that was deleted meanwhile is left out."""
    import pandas

    known = lambda value, kind: None if pandas.isna(value) else kind(value)
    places = zip(rows["id"], rows["position"], rows["starts_in"], strict=True)
    order = {str(run_id): (known(position, int), known(starts, float)) for run_id, position, starts in places}
    return [Run(**fields) for fields in open_workspace().runs.describe_all(order)]


def cancel(run_id: str) -> None:
    """Asks a run to stop; finished images are kept. A run that has ended stays as it is."""
    open_workspace().runs.cancel(run_id)


def pause(run_id: str) -> None:
    """Puts a run aside until `resume`; a running one stops where nothing is lost (generation: after the batch in progress)."""
    open_workspace().runs.pause(run_id)


def resume(run_id: str) -> None:
    """Puts a paused run back into the queue; it goes on where it stopped."""
    open_workspace().runs.resume(run_id)


def set_priority(run_id: str, priority: int) -> None:
    """Changes the priority of a run that has not ended; see `submit`."""
    open_workspace().runs.set_priority(run_id, priority)


def hold_queue(by: str | None = None) -> None:
    """Stops the queue: workers finish what they hold and take nothing more until `release_queue`."""
    workspace = open_workspace()
    workspace.runs.hold(by or workspace.config.user)


def release_queue() -> None:
    """Lets a stopped queue go on."""
    open_workspace().runs.let_go_on()


def queue_held_by() -> str | None:
    """Who stopped the queue; None while it runs."""
    return open_workspace().runs.held_by()


def workers() -> pd.DataFrame:
    """The workers that live. Columns: id, device, host, serves, loaded (list of model ids), run_id, run (its name; None when idle)."""
    import pandas as pd

    return pd.DataFrame(open_workspace().runs.workers(), columns=["id", "device", "host", "serves", "loaded", "run_id", "run"])


def user_header() -> str:
    """The header in which a trusted proxy says who uses the pages; empty where there is none."""
    return open_workspace().config.user_header


def repeat(run_id: str, owner: str | None = None) -> str:
    """Queues the request of a run that has ended again; what it finished is not done twice. Returns the new run's id."""
    return submit(run(run_id).spec, owner=owner)


def delete_run(run_id: str) -> None:
    """Deletes a run and its results, not the images that it made.

    Raises:
        UnknownName: there is none.
        InputError: it is still running; cancel it first.
    """
    from bench_core.engine.deletion import delete_run

    delete_run(open_workspace(), run_id)


def wait(run_id: str, on_progress: Callable[[Run], None] | None = None) -> Run:
    """Waits for a run to end; carries it out itself when no worker lives. Returns it, whatever its status."""
    from bench_core.jobs.waiting import wait_for

    wait_for(open_workspace(), run_id, (lambda: on_progress(run(run_id))) if on_progress else None)
    return run(run_id)


def worker_alive() -> bool:
    """Whether a worker process is there that would take queued runs."""
    return open_workspace().runs.worker_alive()


def estimate(generator_id: str, settings: Mapping[str, Any], count: int) -> Estimate:
    """Seconds that `count` images will take and how that is known: measured here with these settings, scaled, or from the card."""
    from bench_core.engine.estimate import estimate

    return estimate(open_workspace(), generator_id, dict(settings), count)


# Numbers


def results(
    real: str | None = None, train: str | None = None, encoder: str | None = None, synthetic: Sequence[str] | None = None
) -> pd.DataFrame:
    """Tidy results, one row a number, the newest where a number was computed twice (with an interval, if any of them has one).

    Columns: run, synthetic, real, train (set ids), set_name, generator, generator_title, encoder, encoder_revision, metric, family,
    subgroup, value, low, high, matched, null, null_low, null_high, mode, settings, seed, version, status, message, n_real,
    n_synthetic, n_train, seconds, created.
    """
    from bench_core.engine.tidy import results_frame

    return results_frame(open_workspace(), real, train, encoder, synthetic)


def run_results(run_id: str) -> pd.DataFrame:
    """The numbers of one run, in the columns of `results`, in the order in which they were computed."""
    from bench_core.engine.tidy import run_frame

    return run_frame(open_workspace(), run_id)


def compare(
    real: str, train: str | None, encoder: str, metrics: Sequence[str] | None = None, synthetic: Sequence[str] | None = None,
    subgroup: str = "all",
) -> pd.DataFrame:  # fmt: skip
    """Differences between each two synthetic sets of a study, paired: both on the same halves of `real`.

    Columns: metric, first, second (names of sets), difference (first minus second), low, high (95 percent), excludes_zero, better
    (`first`, `second`, or empty where the interval holds 0), basis (`value`, or `matched` where the sets differ in size). Only numbers
    whose evaluation kept its draws can be compared: evaluate the others again.

    Args:
        metrics: None: all that read a synthetic set.
        synthetic: names of sets; None: all of the study.

    Raises:
        UnknownName: there is no such metric or set.
    """
    from bench_core.engine.comparison import compare

    return compare(open_workspace(), real, train, encoder, metrics, synthetic, subgroup)


def pareto(
    real: str, train: str | None, encoder: str, metrics: Sequence[str], synthetic: Sequence[str] | None = None, raw: bool = False
) -> pd.DataFrame:
    """How likely each synthetic set of a study is on the Pareto front of those metrics, over the joint draws of all sets.

    Columns: set_name, probability, draws. On the shortfall from the null, cut at 0, unless `raw`. Sets without kept draws are left out.

    Raises:
        UnknownName: there is no such metric.
        InputError: no metric was named.
    """
    from bench_core.engine.comparison import pareto

    return pareto(open_workspace(), real, train, encoder, metrics, synthetic, raw)


def redundancy(real: str, train: str | None, encoder: str, synthetic: Sequence[str] | None = None) -> pd.DataFrame:
    """Rank correlation of each two metrics over the synthetic sets of a study, up being better for all.

    Columns: first, second, rho, low, high (the sets as a sample of generators), noise_low, noise_high (the same sets measured again), n.
    In an order in which metrics that rank alike are neighbours. Only numbers whose evaluation kept its draws.
    """
    from bench_core.engine.redundancy import redundancy

    return redundancy(open_workspace(), real, train, encoder, synthetic)


def shortfall(matched: float, null: float | None, metric: Metric) -> float:
    """How far a value is from what a perfect generator scores, cut at 0; without a null the value, turned so that lower is better."""
    from bench_core.engine.comparison import shortfall

    return shortfall(matched, null, metric)


def oriented(value: float, metric: Metric) -> float:
    """A value turned so that lower is better."""
    from bench_core.engine.comparison import oriented

    return oriented(value, metric)


def pareto_front(costs: np.ndarray) -> np.ndarray:  # (N, A) lower is better -> (N,) bool
    """True where no other row is at least as good everywhere and better somewhere; ties stay; rows with NaN never belong."""
    from bench_core.engine.comparison import pareto_front

    return pareto_front(costs)


def per_image(synthetic: str, encoder: str, metric: str) -> pd.Series:
    """Values of a metric by image_id, of the newest evaluation in corrected mode.

    Raises:
        NotPossible: that metric has no such values stored for this set.
    """
    from bench_core.engine.tidy import per_image_values

    return per_image_values(open_workspace(), synthetic, encoder, metric)


def neighbours(synthetic: str, train: str, encoder: str, k: int = 5, real: str | None = None) -> pd.DataFrame:
    """The k nearest training images of every synthetic one.

    Columns: image_id, rank (from 1), train_image_id, distance, ratio. The ratio is the distance over the spacing there: the
    distance from that training image to the nearest training image of another patient. With `real`, a column `held_out_share`: the
    share of held-out real images whose own rank-1 ratio is smaller, so 0.01 means closer than all but one in a hundred of them.

    Raises:
        NotPossible: the features of a set are not there yet; evaluate it first.
    """
    from bench_core.engine.neighbours import nearest_table

    return nearest_table(open_workspace(), synthetic, train, encoder, k, real)


def held_out(train: str, real: str, encoder: str) -> np.ndarray:  # (N,) float32
    """Rank-1 ratios of the held-out real images against the training images: what `neighbours` is compared with."""
    from bench_core.engine.neighbours import held_out_ratios

    return held_out_ratios(open_workspace(), train, real, encoder)


def stored_projection(set_ids: Sequence[str], encoder: str, seed: int = 0, limit: int = MAP_LIMIT) -> pd.DataFrame | None:
    """The projection if it was made before (see `projection`), else None: submit a `ProjectSpec` then."""
    from bench_core.engine.projection import stored

    return stored(open_workspace(), set_ids, encoder, seed, limit)


def projection(set_ids: Sequence[str], encoder: str, seed: int = 0, limit: int = MAP_LIMIT) -> pd.DataFrame:
    """UMAP coordinates of sets, made once (that takes a while) and stored by content.

    Columns: x, y, set_id, set_name, kind, generator, image_id, prompt, placed (`fitted` or `interpolated`) and one a finding. Above
    `limit` images large sets are thinned evenly to one size; small ones stay whole.
    """
    from bench_core.engine.projection import project

    return project(open_workspace(), set_ids, encoder, seed, limit)


def points_to_draw(points: pd.DataFrame, groups: Sequence[np.ndarray], most: int) -> list[np.ndarray]:
    """Of each group of rows of a projection those that a figure of `most` points shows.

    Of every set, what is small stays whole. Of the others a point that lies alone is drawn before one that lies on others.
    """
    import pandas

    from bench_core.engine import thinning

    return thinning.points_to_draw(points[["x", "y"]].to_numpy(), pandas.factorize(points["set_id"])[0], groups, most)


def encode(name_or_id: str, encoder: str, on_progress: Progress | None = None) -> None:
    """Encodes those images of a set that are not encoded yet, in this process."""
    from bench_core.engine.encode import encode_set

    encode_set(open_workspace(), name_or_id, encoder, on_progress)


def metric_choices(names: Sequence[str] | None, settings: Mapping[str, str]) -> list[Choice] | None:
    """Metrics and their settings as a spec wants them; `settings` are `{"metric.setting": value}`. None: all that can run.

    Where settings but no names are given: all metrics, those without a setting of their own being optional.

    Raises:
        UnknownName: there is no such metric.
        SettingError: a setting of a metric that is not chosen, unknown or out of range.
    """
    from bench_core.engine.choices import choices

    return choices(names, settings)


def score(
    files: Mapping[str, Path],
    *,
    metrics: Sequence[Choice] | None = None,
    seed: int = 0,
    intervals: bool = True,
    mode: Literal["corrected", "compatible"] = "corrected",
    on_progress: Progress | None = None,
) -> tuple[list[Result], pd.DataFrame]:
    """Metrics of plain (N, D) feature matrices (`.npy`) by role: `real`, `synthetic` and, if any, `train`.

    Mode `compatible` is CheXGenBench's protocol from the features on; squashing images and leaving out repeated prompts is the caller's.

    Returns the results, and a table with a row a synthetic image (in input order) and a column a metric with values an image.

    Raises:
        InputError: a file is no numeric matrix.
        NotPossible: a metric that was named cannot run.
    """
    from bench_core.engine.matrices import score_files

    return score_files(files, metrics, seed, intervals, mode, on_progress)


def published() -> pd.DataFrame:
    """Numbers that papers printed, CheXGenBench's own tables first, one row a cell.

    Columns: paper, model, metric (as printed), value, better (`lower`, `higher`, empty), source, file, metric_id and encoder (ours; empty
    where none of ours is the same), mode (`compatible` where it is that protocol), subgroup, data, kind (`result`, `protocol`),
    warning (why a cell should not be trusted), note.
    """
    from bench_core.engine.outside_numbers import published_frame

    return published_frame()


def published_statements() -> pd.DataFrame:
    """What papers say in words. Columns: paper, topic, statement, origin (abstract, somebody's summary), source."""
    from bench_core.engine.outside_numbers import statements_frame

    return statements_frame()


def import_results(name: str, files: Sequence[tuple[str, bytes]], skip_bad: bool = False) -> ImportReport:
    """Imports CheXGenBench's result files, given as (file name, content), under a name; see `imported_results`.

    Raises:
        TableError: something is wrong and `skip_bad` is not set; `problems` lists each with its file, row and column.
        NameTaken: the name belongs to an import of other numbers.
    """
    from bench_core.engine.outside_numbers import import_results

    imported, problems = import_results(open_workspace(), name, files, skip_bad)
    return ImportReport(None, imported, problems)


def imported_results() -> pd.DataFrame:
    """Numbers from other tools' result files, one row a number: shown beside ours, read by no metric, without interval or null.

    Columns: name (of the import), file, row (from 1; none for means over a file), model, metric (as in the file), metric_id, encoder,
    better, mode, subgroup, caption, value, n (rows behind a mean), warning, created (UTC).
    """
    from bench_core.engine.outside_numbers import imported_frame

    return imported_frame(open_workspace())


def delete_import(name: str) -> None:
    """Deletes the numbers of an import.

    Raises:
        UnknownName: there is none of that name.
    """
    open_workspace().imports.remove(name)


def per_image_table(run_id: str) -> pd.DataFrame:
    """All values an image of an evaluation: `image_id`, then one column a metric (`encoder/metric` if there are several encoders)."""
    from bench_core.engine.tidy import run_per_image

    return run_per_image(open_workspace(), run_id)


def studies() -> list[Study]:
    """Pairs of sets and encoders that numbers exist for, the embedded study first."""
    from bench_core.engine.tidy import study_rows

    return [Study(*row) for row in study_rows(open_workspace())]


# What only the command line does


def simulate(subjects: int, seed: int, out: Path, on_progress: Progress | None = None) -> int:
    """Renders a simulated cohort into a folder: images, masks and `table.csv` that import reads; returns the number of films."""
    from bench_core.engine.cohort import export_cohort

    return export_cohort(subjects, seed, out, on_progress)


def train(name: str, device: str | None = None, resume: bool = False, on_progress: Progress | None = None) -> str:
    """Trains a bundled model by its committed recipe; returns the folder of its weights.

    Raises:
        UnknownName: there is no such model.
    """
    from bench_core.training import train

    return train(name, device=device or Config.from_environment().torch_device(), resume=resume, on_progress=on_progress)


def work() -> None:
    """Takes queued runs until this process is told to end (SIGTERM, Ctrl-C); what it holds then goes back into the queue."""
    from bench_core.jobs.worker import stop_on_signals, work

    work(open_workspace(), stop_on_signals())


def serve() -> None:
    """Serves the pages, with a worker beside them, until this process is told to end."""
    from bench_core.jobs.serving import serve
    from bench_core.jobs.worker import stop_on_signals

    serve(open_workspace().config, stop_on_signals())


# The embedded study


def demo_state() -> DemoState:
    """How far `prepare_demo` is."""
    from bench_core.jobs.demo import state

    return DemoState(*state(open_workspace()))


def start_demo() -> None:
    """Starts `prepare_demo` in a process of its own and returns at once; `demo_state` says how far it is."""
    from bench_core.jobs.processes import start_demo

    start_demo(open_workspace().config)


def prepare_demo(on_progress: Progress | None = None) -> None:
    """Makes the embedded study: the simulated cohort, the seven synthetic sets and their numbers. What is there is not made again."""
    from bench_core.jobs.demo import prepare

    prepare(open_workspace(), on_progress)
