"""One function a verb. The facade is imported inside, so that help is there at once."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from bench_core.cli.models import list_generators, pairs
from bench_core.cli.output import Bar, print_table, write_json
from bench_core.errors import BenchError, InputError

SHOWN_PROBLEMS = 20
RESULT_FIELDS = [
    "metric",
    "family",
    "value",
    "low",
    "high",
    "matched",
    "null",
    "null_low",
    "null_high",
    "mode",
    "settings",
    "seed",
    "version",
    "status",
    "message",
    "n_real",
    "n_synthetic",
    "n_train",
    "seconds",
]


def _finish(run_id: str) -> Any:
    """Waits for a run; the run if it is done, else its error."""
    from bench_core import api

    with Bar() as bar:
        run = api.wait(run_id, lambda r: bar(r.done, r.total, f"{r.message} {f'step {r.step}/{r.steps}' if r.steps else ''}"))
    if run.status != "done":
        raise BenchError(run.error or f"The run was {run.status}.", run.hint or "Give the same command again to go on.")
    return run


def demo_verb(_: argparse.Namespace) -> None:
    from bench_core import api

    last = ""

    def tell(done: int, total: int, message: str) -> None:
        nonlocal last
        if sys.stderr.isatty():
            bar(done, total, message)
        elif message != last:
            print(f"[{done}/{total}] {message}", flush=True)
        last = message

    with Bar() as bar:
        api.prepare_demo(tell)
    print(api.demo_state().message)


def list_verb(options: argparse.Namespace) -> None:
    from bench_core import api

    what = options.what
    if what == "generators":
        return list_generators(options.json)
    if what == "encoders":
        rows = [{**c.model_dump(mode="json"), "missing": api.encoder_missing(i)} for i, c in api.encoders().items()]
        columns = ["id", "title", "backend", "dimensions", "missing"]
    elif what == "metrics":
        rows = [_metric_row(m) for m in api.metrics().values()]
        columns = ["id", "family", "goal", "reads", "title"]
    elif what == "layouts":
        names = ["id", "title", "looks_like", "takes", "summary"]
        rows, columns = [{n: getattr(one, n) for n in names} for one in api.layouts().values()], ["id", "title", "looks_like"]
    elif what == "sets":
        rows, columns = api.sets().to_dict("records"), ["name", "id", "kind", "images", "root"]
    elif what in ("imports", "published"):
        rows = (api.imported_results() if what == "imports" else api.published()).to_dict("records")
        columns = ["name" if what == "imports" else "paper", "model", "metric", "subgroup", "value", "warning"]
    else:
        rows, columns = api.runs().to_dict("records"), ["id", "kind", "name", "status", "progress", "message", "error"]
    if options.json != "-":
        print_table(rows, [column for column in columns if column != "missing"])
        for row in rows:
            if row.get("missing"):
                print(f"{row['id']} cannot run here: {row['missing']}")
    return write_json(options.json, {what: rows})


def _metric_row(metric: Any) -> dict[str, Any]:
    goal = metric.goal if isinstance(metric.goal, str) else f"target({metric.goal.value})"
    names = ["id", "title", "family", "bounds", "paper", "min_samples", "reads", "needs", "version", "unit", "summary"]
    settings = {n: f.get_default(call_default_factory=True) for n, f in metric.settings.model_fields.items()}
    return {**{n: getattr(metric, n) for n in names}, "goal": goal, "settings": settings}


def phantom_verb(options: argparse.Namespace) -> None:
    from bench_core import api

    with Bar() as bar:
        count = api.simulate(options.subjects, options.seed, Path(options.out), bar)
    print(f"{count} simulated films in {options.out}; import them with --images {options.out} --table {Path(options.out) / 'table.csv'}")


def import_verb(options: argparse.Namespace) -> None:
    if (options.layout is None) == (options.images is None):
        raise InputError("Give either --images or --layout.", "Example: import --name mine --layout mimic-cxr-jpg --root DIR --split test")
    with Bar() as bar:
        report = _import_layout(options, bar) if options.layout else _import_own(options, bar)
    for problem in report.problems[:SHOWN_PROBLEMS]:
        print(f"left out: {problem}", file=sys.stderr)
    print(
        f"{report.imported} images in set {options.name!r} ({report.set_id})"
        + (f", {len(report.problems)} left out" if report.problems else "")
    )
    write_json(options.json, {"set": _set_row(str(report.set_id)), "problems": report.problems})


def import_results_verb(options: argparse.Namespace) -> None:
    from bench_core import api

    files = []
    for file in options.file:
        try:
            files.append((Path(file).name, Path(file).read_bytes()))
        except OSError as error:
            raise InputError(f"{file!r} cannot be read: {error.strerror}.") from None
    report = api.import_results(options.name, files, options.skip_bad)
    for problem in report.problems[:SHOWN_PROBLEMS]:
        print(f"left out: {problem}", file=sys.stderr)
    frame = api.imported_results()
    rows = frame[frame["name"] == options.name].to_dict("records")
    for warning in dict.fromkeys(r["warning"] for r in rows if r["warning"]):
        print(f"warning: {warning}", file=sys.stderr)
    left = f", {len(report.problems)} left out" if report.problems else ""
    print(f"{report.imported} numbers of {len({r['model'] for r in rows})} models imported as {options.name!r}{left}")
    write_json(options.json, {"results": rows, "problems": report.problems})


def _import_own(options: argparse.Namespace, bar: Any) -> Any:
    from bench_core import api

    for option in ("root", "split", "view", "labels", "annotations"):
        if getattr(options, option) is not None:
            raise InputError(f"--{option} goes with --layout.")
    table = Path(options.table) if options.table else None
    return api.import_images(options.name, Path(options.images), table, options.kind, options.skip_bad, bar, options.in_place)


def _import_layout(options: argparse.Namespace, bar: Any) -> Any:
    from bench_core import api

    if options.root is None:
        raise InputError("--layout needs --root, the folder of the data set.")
    if options.table is not None:
        raise InputError("--table goes with --images; a layout has tables of its own.")
    return api.import_data_set(
        options.name, options.layout, Path(options.root), options.kind, split=options.split, view=options.view, labels=options.labels,
        annotations=options.annotations, copy=options.copy, skip_bad=options.skip_bad, on_progress=bar,
    )  # fmt: skip


def _set_row(set_id: str) -> dict[str, Any]:
    from bench_core import api

    frame = api.sets()
    found: list[dict[str, Any]] = frame[frame["id"] == set_id].to_dict("records")
    return found[0]


def generate_verb(options: argparse.Namespace) -> None:
    from bench_core import api

    if options.package_prompts is not None:
        prompts = api.package_prompts(options.package_prompts, options.first)
    else:
        prompts = [api.PromptSpec(text=options.prompt)] if options.prompt is not None else api.prompt_table(Path(options.prompts))
    spec = api.GenerateSpec(
        name=options.name, generator=api.Choice(id=options.generator, settings=pairs(options.set)), prompts=prompts, count=options.count,
        seed=options.seed, batch_size=options.batch_size, train=options.train,
    )  # fmt: skip
    run = _finish(api.submit(spec))
    row = _set_row(run.set_id)
    print(f"{run.message} in set {options.name!r} ({run.set_id}): {row['root']}")
    write_json(options.json, {"set": {**row, "name": options.name}})


def evaluate_verb(options: argparse.Namespace) -> None:
    from bench_core import api

    spec = api.EvaluateSpec(
        synthetic=options.synthetic, real=options.real, train=options.train, encoders=options.encoder, subgroup=options.subgroup,
        equal_n=options.equal_n,
        metrics=api.metric_choices(_metrics(options), pairs(options.set)), seed=options.seed,
        intervals=not options.no_intervals, mode=options.mode,
    )  # fmt: skip
    run = _finish(api.submit(spec))
    rows = api.run_results(run.id)[[*RESULT_FIELDS, "encoder", "subgroup"]].to_dict("records")
    _show_results(rows, options.json, ["encoder", "subgroup"])
    if "warning" in run.message:
        print(run.message, file=sys.stderr)
    if options.per_image:
        _save_per_image(options.per_image, api.per_image_table(run.id))
    _check_named(rows, options)


def score_verb(options: argparse.Namespace) -> None:
    from bench_core import api

    files = {"real": options.real, "synthetic": options.synthetic, "train": options.train}
    with Bar() as bar:
        results, per_image = api.score(
            {role: Path(f) for role, f in files.items() if f},
            metrics=api.metric_choices(_metrics(options), pairs(options.set)), seed=options.seed,
            intervals=not options.no_intervals, mode=options.mode, on_progress=bar,
        )  # fmt: skip
    rows = [{f: getattr(r, f) for f in RESULT_FIELDS} for r in results]
    _show_results(rows, options.json, [])
    if options.per_image:
        _save_per_image(options.per_image, per_image)
    _check_named(rows, options)


def _show_results(rows: list[dict[str, Any]], path: str | None, more: list[str]) -> None:
    if path != "-":
        print_table(rows, [*more, "metric", "value", "low", "high", "matched", "null", "null_low", "null_high", "status", "message"])
    write_json(path, {"results": rows})


def _check_named(rows: list[dict[str, Any]], options: argparse.Namespace) -> None:
    """Raises BenchError where a metric that was named has no number over all images; the rows are out by then."""
    without = [r for r in rows if options.metrics is not None and r["status"] != "ok" and r.get("subgroup", "all") == "all"]
    if without:
        raise BenchError(f"{without[0]['metric']} cannot run: {without[0]['message']}")


def _save_per_image(path: str, frame: Any) -> None:
    try:
        frame.to_parquet(path, index=False)
    except OSError as error:
        raise InputError(f"{path!r} cannot be written: {error}.") from None


def compare_verb(options: argparse.Namespace) -> None:
    from bench_core import api

    study = (options.real, options.train, options.encoder)
    names = _metrics(options)
    found = {"differences": api.compare(*study, metrics=names), "redundancy": api.redundancy(*study)}
    if names:
        found = {"pareto": api.pareto(*study, metrics=names), **found}
    rows = {name: table.to_dict("records") for name, table in found.items()}
    if not rows["differences"]:
        print("No two sets of this study have numbers with draws: evaluate them (again) first.", file=sys.stderr)
    for name, table in found.items() if options.json != "-" else ():
        print(f"{name}:")
        print_table(rows[name], list(table.columns))
    write_json(options.json, rows)


def neighbours_verb(options: argparse.Namespace) -> None:
    from bench_core import api

    with Bar() as bar:
        for name in (options.synthetic, options.train):
            api.encode(name, options.encoder, bar)
    rows = api.neighbours(options.synthetic, options.train, options.encoder, options.k).to_dict("records")
    if options.json != "-":
        print_table(rows[:50], ["image_id", "rank", "train_image_id", "distance", "ratio"])
    write_json(options.json, {"neighbours": rows})


def project_verb(options: argparse.Namespace) -> None:
    from bench_core import api

    sets = _names(options.sets) or []
    spec = api.ProjectSpec(sets=sets, encoder=options.encoder, seed=options.seed, limit=options.limit)
    _finish(api.submit(spec))
    frame = api.projection(sets, options.encoder, options.seed, options.limit)
    _save_per_image(options.out, frame)
    print(f"{len(frame)} points in {options.out}")


def train_verb(options: argparse.Namespace) -> None:
    from bench_core import api

    with Bar() as bar:
        print(api.train(options.name, device=options.device, resume=options.resume, on_progress=bar))


def delete_verb(options: argparse.Namespace) -> None:
    from bench_core import api

    {"set": api.delete_set, "run": api.delete_run, "import": api.delete_import}[options.what](options.name)
    print(f"{options.what} {options.name!r} is deleted")


def worker_verb(_: argparse.Namespace) -> None:
    from bench_core import api

    api.work()


def queue_verb(options: argparse.Namespace) -> None:
    from bench_core import api

    whole = {"show": lambda: None, "hold": api.hold_queue, "release": api.release_queue}
    if options.action in whole:
        if options.run is not None:
            raise InputError(f"queue {options.action} takes no run, and {options.run!r} was given.")
        whole[options.action]()
    elif options.run is None:
        raise InputError(f"queue {options.action} needs a run.", "python -m bench_core queue shows them.")
    elif options.action in ("first", "later"):
        api.set_priority(options.run, api.INTERACTIVE if options.action == "first" else api.BEHIND)
    else:
        {"cancel": api.cancel, "pause": api.pause, "resume": api.resume}[options.action](options.run)
    runs = api.runs(500)
    runs = runs[runs["status"].isin(("queued", "running", "paused"))].sort_values("position", na_position="first")
    rows = runs[["id", "status", "owner", "priority", "position", "starts_in", "eta_seconds", "kind", "name", "message"]].to_dict("records")
    workers = api.workers().to_dict("records")
    if options.json != "-":
        if held := api.queue_held_by():
            print(f"The queue is held by {held}: nothing new starts (python -m bench_core queue release).")
        print_table(rows, ["id", "status", "owner", "position", "starts_in", "eta_seconds", "kind", "name"])
        print_table(workers, ["device", "host", "run", "loaded"])
    write_json(options.json, {"held_by": api.queue_held_by(), "runs": rows, "workers": workers})


def serve_verb(_: argparse.Namespace) -> None:
    from bench_core import api

    api.serve()


def _metrics(options: argparse.Namespace) -> list[str] | None:
    names = _names(options.metrics)
    if names == []:
        raise InputError("--metrics names no metric.", "Leave it out for all that can run.")
    return names


def _names(text: str | None) -> list[str] | None:
    return None if text is None else [part.strip() for part in text.split(",") if part.strip()]
