"""What a closed reader study says: statistics of its readers, and people's scores beside the engine's."""

import pandas as pd

from bench_core.engine.keys import per_image_key
from bench_core.engine.reading.answers import answers_table
from bench_core.errors import NotAllowed
from bench_core.frames.reader_statistics import HUMAN_METRICS
from bench_core.readers.against_metrics import generator_scores, human_against_metrics, human_scores
from bench_core.readers.analysis import ReaderStatistics, reader_statistics
from bench_core.store.workspace import Workspace


def study_statistics(workspace: Workspace, name_or_id: str) -> ReaderStatistics:
    """All statistics of a closed study.

    Raises:
        UnknownName: there is no such study.
        NotAllowed: it is open.
        InputError: nobody has answered anything.
    """
    check_closed(workspace, name_or_id)
    return reader_statistics(answers_table(workspace, name_or_id))


def people_against_metrics(workspace: Workspace, name_or_id: str) -> pd.DataFrame:
    """`frames.HUMAN_METRICS`: what people say of synthetic films and generators, against every number that is stored of them.

    Values per image are those of the newest evaluation in corrected mode that kept them; of a generator, its newest value over all images.

    Raises:
        UnknownName: there is no such study.
        NotAllowed: it is open.
    """
    check_closed(workspace, name_or_id)
    answers = answers_table(workspace, name_or_id)
    answers = answers[answers["generator"] != ""]
    films, numbers = [], []
    for name, set_id in _synthetic(workspace, name_or_id).items():
        newest = {
            (r["metric"], r["encoder"]): r
            for r in workspace.results.rows(synthetic=[set_id], subgroup="all", mode="corrected", status="ok")
        }
        for (metric, encoder), row in newest.items():
            numbers.append({"generator": name, "metric": metric, "encoder": encoder, "value": row["value"]})
            table = workspace.derived.table(per_image_key(row["step_key"]))
            if table is not None and metric in table:
                values = table[["image_id", metric]].rename(columns={metric: "value"})
                films.append(values.assign(image_id=name + "/" + values["image_id"].astype(str), metric=metric, encoder=encoder))
    if not numbers or answers.empty:
        return HUMAN_METRICS.of([])
    own = answers.assign(image_id=answers["generator"] + "/" + answers["image_id"])  # two generators may have images of one id
    each = pd.concat(films) if films else pd.DataFrame(columns=["image_id", "value", "metric", "encoder"])
    every = answers_table(workspace, name_or_id)
    return human_against_metrics(human_scores(own), each, generator_scores(every), pd.DataFrame(numbers))


def check_closed(workspace: Workspace, name_or_id: str) -> None:
    """Raises NotAllowed as long as a study takes answers."""
    study = workspace.reading.study(name_or_id)
    if study["closed"] is None:
        raise NotAllowed(f"The reader study {study['name']!r} is open: its results would tell the truth.", "Close it first.")


def _synthetic(workspace: Workspace, name_or_id: str) -> dict[str, str]:
    """Id by name of the synthetic sets whose films were shown."""
    cases = workspace.reading.study(name_or_id)["cases"]
    return {film["set_name"]: film["set"] for case in cases for film in case["films"] if film["set_name"] == case["generator"]}
