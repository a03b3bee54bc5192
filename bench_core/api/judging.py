"""Reports: from folders by one command, from sets that are there, as HTML and PDF, and two of them compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bench_core.api.workspace import open_workspace
from bench_core.config import Config
from bench_core.handover.report.comparison import ReportComparison
from bench_core.handover.report.facts import SetReport
from bench_core.handover.report.order import Judgement, JudgeOrder
from bench_core.records import Progress, Reference


def judge(order: JudgeOrder, tell: Callable[[str], None], on_progress: Progress | None = None) -> Judgement:
    """Imports what an order names, encodes, scores and attacks it; what was done before is not done again.

    Args:
        tell: is told of each step and of what is to be looked at, a line each.

    Raises:
        InputError: a folder that is not there, or that has two roles.
        TableError: images that cannot be imported, and are not to be skipped.
        BenchError: scoring failed.
    """
    from bench_core.jobs.judging import judge

    return judge(open_workspace(), order, tell, on_progress)


@contextmanager
def throw_away() -> Iterator[None]:
    """Within it another workspace is current, which is deleted then; cards and weights are those of the usual one."""
    import tempfile

    from bench_core.api import workspace as place

    usual, before = Config.from_environment(), place._current
    cards = usual.card_folder if usual.card_folder.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="triadcxr-") as folder:
        home = Path(folder)
        database = f"sqlite:///{home / 'bench.sqlite'}"
        opened = open_workspace(replace(usual, home=home, database_url=database, cards=cards, weights=usual.weights_folder(), images=""))
        try:
            yield
        finally:
            opened.database.engine.dispose()
            place._current = before


def set_report(synthetic: str, reference: Reference, command: str = "", said: Sequence[str] = ()) -> SetReport:
    """What is known of a set against a reference, as the report says it; nothing that takes long is computed.

    Args:
        command: what makes it again; empty: it is written from the names of the sets.
        said: further warnings.

    Raises:
        UnknownName: there is no such set or encoder.
        NotPossible: the set has no numbers against this reference.
    """
    from bench_core.engine.answers.report import Asked, report_of

    return report_of(open_workspace(), synthetic, reference, Asked(command, said))


def set_report_html(found: SetReport, real_pixels: bool = False, patients: bool = True) -> str:
    """The report as one HTML file, which asks for nothing and is smaller than 5 MB.

    Args:
        real_pixels: whether films of patients may be seen, see `sees_real`; else they are blurred.
        patients: False: films that a generator did not draw are left out.
    """
    from bench_core.engine.answers.report_images import pictures_of
    from bench_core.handover.report.page import report_html

    return report_html(found, pictures_of(open_workspace(), found, real_pixels, patients))


def read_set_report(path: Path) -> SetReport:
    """The data of a report that was written before, as HTML or JSON.

    Raises:
        InputError: it is none.
    """
    from bench_core.handover.report.comparison import read_report

    return read_report(path)


def compare_set_reports(first: SetReport, second: SetReport) -> ReportComparison:
    """What changed from the first to the second, and what of it lies outside its interval.

    Raises:
        NotPossible: they were measured in two spaces.
    """
    from bench_core.handover.report.comparison import compare

    return compare(first, second)


def comparison_html(found: ReportComparison, command: str) -> str:
    """Two reports compared, as one HTML file; `command` is what makes it again."""
    from bench_core.handover.report.page import comparison_html

    return comparison_html(found, command)


def write_pdf(html: str, out: Path) -> None:
    """Prints a report by a browser that is on this machine.

    Raises:
        MissingPackage: there is none.
        InputError: the file cannot be written.
        BenchError: the browser printed nothing.
    """
    from bench_core.handover.report.pdf import write_pdf

    write_pdf(html, out)
