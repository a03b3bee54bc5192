"""python -m bench_core VERB: everything the pages can do, without a browser.

Exit code 0 only on success; otherwise 2, with `error: message` and a hint on standard error. The facade is imported inside each
verb, so that help is there at once.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench_core.errors import BenchError, InputError, TableError

KINDS = ("real", "train", "synthetic")
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
SHOWN_PROBLEMS = 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one verb; returns the exit code."""
    options = build_parser().parse_args(arguments)
    try:
        options.verb_function(options)
    except TableError as error:
        for problem in error.problems[:SHOWN_PROBLEMS]:
            print(f"  {problem}", file=sys.stderr)
        if len(error.problems) > SHOWN_PROBLEMS:
            print(f"  and {len(error.problems) - SHOWN_PROBLEMS} more", file=sys.stderr)
        return _failed(error)
    except BenchError as error:
        return _failed(error)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 2
    return 0


def _failed(error: BenchError) -> int:
    print(f"error: {error.message}", file=sys.stderr)
    if error.hint:
        print(f"hint: {error.hint}", file=sys.stderr)
    return 2


# Output


def _write_json(path: str | None, data: dict[str, Any]) -> None:
    if path is None:
        return
    text = json.dumps(_plain(data), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    if path == "-":
        sys.stdout.write(text)
        return
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path!r} cannot be written: {error.strerror}.") from None


def _plain(value: Any) -> Any:
    """What JSON can hold: no NaN, no NumPy or pandas scalars."""
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if hasattr(value, "isoformat"):
        return None if str(value) == "NaT" else value.isoformat()
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, str | int | float | bool) else (None if str(value) == "<NA>" else str(value))


def _print_table(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> None:
    cells = [[_cell(row.get(c)) for c in columns] for row in rows]
    widths = [max([len(c), *(len(r[i]) for r in cells)]) for i, c in enumerate(columns)]
    for line in [list(columns), *cells]:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


def _cell(value: Any) -> str:
    value = _plain(value)
    return "" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value).replace("\n", " ")[:80]


class _Bar:
    """A progress bar, on a terminal only."""

    def __init__(self) -> None:
        self._bar: Any = None

    def __call__(self, done: int, total: int, label: str) -> None:
        if not sys.stderr.isatty():
            return
        from tqdm import tqdm

        if self._bar is None:
            self._bar = tqdm(total=total, file=sys.stderr, dynamic_ncols=True)
        self._bar.total = total
        self._bar.n = done
        self._bar.set_description_str(label[:50], refresh=False)
        self._bar.refresh()

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()


def _finish(run_id: str) -> Any:
    """Waits for a run; the run if it is done, else its error."""
    from bench_core import api

    with _Bar() as bar:
        run = api.wait(run_id, lambda r: bar(r.done, r.total, f"{r.message} {f'step {r.step}/{r.steps}' if r.steps else ''}"))
    if run.status != "done":
        raise BenchError(run.error or f"The run was {run.status}.", run.hint or "Give the same command again to go on.")
    return run


# Verbs


def _demo(_: argparse.Namespace) -> None:
    from bench_core import api

    last = ""

    def tell(done: int, total: int, message: str) -> None:
        nonlocal last
        if sys.stderr.isatty():
            bar(done, total, message)
        elif message != last:
            print(f"[{done}/{total}] {message}", flush=True)
        last = message

    with _Bar() as bar:
        api.prepare_demo(tell)
    print(api.demo_state().message)


def _list(options: argparse.Namespace) -> None:
    from bench_core import api

    what = options.what
    if what == "generators":
        rows = [{**c.model_dump(mode="json"), "missing": api.generator_missing(i)} for i, c in api.generators().items()]
        columns = ["id", "title", "backend", "missing"]
    elif what == "encoders":
        rows = [{**c.model_dump(mode="json"), "missing": api.encoder_missing(i)} for i, c in api.encoders().items()]
        columns = ["id", "title", "backend", "dimensions", "missing"]
    elif what == "metrics":
        rows = [_metric_row(m) for m in api.metrics().values()]
        columns = ["id", "family", "goal", "reads", "title"]
    elif what == "sets":
        rows, columns = api.sets().to_dict("records"), ["name", "id", "kind", "images", "root"]
    else:
        rows, columns = api.runs().to_dict("records"), ["id", "kind", "name", "status", "progress", "message", "error"]
    if options.json != "-":
        _print_table(rows, columns)
    _write_json(options.json, {what: rows})


def _metric_row(metric: Any) -> dict[str, Any]:
    goal = metric.goal if isinstance(metric.goal, str) else f"target({metric.goal.value})"
    names = ["id", "title", "family", "bounds", "paper", "min_samples", "reads", "needs", "version", "unit", "summary"]
    settings = {n: f.get_default(call_default_factory=True) for n, f in metric.settings.model_fields.items()}
    return {**{n: getattr(metric, n) for n in names}, "goal": goal, "settings": settings}


def _phantom(options: argparse.Namespace) -> None:
    from bench_core import api

    with _Bar() as bar:
        count = api.simulate(options.subjects, options.seed, Path(options.out), bar)
    print(f"{count} simulated films in {options.out}; import them with --images {options.out} --table {Path(options.out) / 'table.csv'}")


def _import(options: argparse.Namespace) -> None:
    from bench_core import api

    with _Bar() as bar:
        report = api.import_images(
            options.name, Path(options.images), Path(options.table) if options.table else None, options.kind, options.skip_bad, bar
        )
    for problem in report.problems[:SHOWN_PROBLEMS]:
        print(f"left out: {problem}", file=sys.stderr)
    print(
        f"{report.imported} images in set {options.name!r} ({report.set_id})"
        + (f", {len(report.problems)} left out" if report.problems else "")
    )
    _write_json(options.json, {"set": _set_row(str(report.set_id)), "problems": report.problems})


def _set_row(set_id: str) -> dict[str, Any]:
    from bench_core import api

    frame = api.sets()
    found: list[dict[str, Any]] = frame[frame["id"] == set_id].to_dict("records")
    return found[0]


def _generate(options: argparse.Namespace) -> None:
    from bench_core import api

    prompts = [api.PromptSpec(text=options.prompt)] if options.prompt is not None else api.prompt_table(Path(options.prompts))
    spec = api.GenerateSpec(
        name=options.name, generator=api.Choice(id=options.generator, settings=_pairs(options.set)), prompts=prompts, count=options.count,
        seed=options.seed, batch_size=options.batch_size, train=options.train,
    )  # fmt: skip
    run = _finish(api.submit(spec))
    row = _set_row(run.set_id)
    print(f"{run.message} in set {options.name!r} ({run.set_id}): {row['root']}")
    _write_json(options.json, {"set": {**row, "name": options.name}})


def _evaluate(options: argparse.Namespace) -> None:
    from bench_core import api

    spec = api.EvaluateSpec(
        synthetic=options.synthetic, real=options.real, train=options.train, encoders=options.encoder, subgroup=options.subgroup,
        metrics=api.metric_choices(_names(options.metrics), _pairs(options.set), _roles(options)), seed=options.seed,
        intervals=not options.no_intervals,
    )  # fmt: skip
    run = _finish(api.submit(spec))
    rows = api.run_results(run.id)[[*RESULT_FIELDS, "encoder", "subgroup"]].to_dict("records")
    _show_results(rows, options.json, ["encoder", "subgroup"])
    if "warning" in run.message:
        print(run.message, file=sys.stderr)
    if options.per_image:
        _save_per_image(options.per_image, api.per_image_table(run.id))


def _score(options: argparse.Namespace) -> None:
    from bench_core import api

    files = {"real": options.real, "synthetic": options.synthetic, "train": options.train}
    with _Bar() as bar:
        results, per_image = api.score(
            {role: Path(f) for role, f in files.items() if f}, metrics=api.metric_choices(_names(options.metrics), _pairs(options.set), _roles(options), plain=True),
            seed=options.seed, intervals=not options.no_intervals, on_progress=bar,
        )  # fmt: skip
    _show_results([{f: getattr(r, f) for f in RESULT_FIELDS} for r in results], options.json, [])
    if options.per_image:
        _save_per_image(options.per_image, per_image)


def _roles(options: argparse.Namespace) -> list[str]:
    return [role for role in ("real", "synthetic", "train") if getattr(options, role)]


def _show_results(rows: list[dict[str, Any]], path: str | None, more: list[str]) -> None:
    if path != "-":
        _print_table(rows, [*more, "metric", "value", "low", "high", "matched", "null", "null_low", "null_high", "status", "message"])
    _write_json(path, {"results": rows})


def _save_per_image(path: str, frame: Any) -> None:
    try:
        frame.to_parquet(path, index=False)
    except OSError as error:
        raise InputError(f"{path!r} cannot be written: {error}.") from None


def _neighbours(options: argparse.Namespace) -> None:
    from bench_core import api

    with _Bar() as bar:
        for name in (options.synthetic, options.train):
            api.encode(name, options.encoder, bar)
    rows = api.neighbours(options.synthetic, options.train, options.encoder, options.k).to_dict("records")
    if options.json != "-":
        _print_table(rows[:50], ["image_id", "rank", "train_image_id", "distance", "ratio"])
    _write_json(options.json, {"neighbours": rows})


def _project(options: argparse.Namespace) -> None:
    from bench_core import api

    sets = _names(options.sets) or []
    spec = api.ProjectSpec(sets=sets, encoder=options.encoder, seed=options.seed, limit=options.limit)
    _finish(api.submit(spec))
    frame = api.projection(sets, options.encoder, options.seed, options.limit)
    _save_per_image(options.out, frame)
    print(f"{len(frame)} points in {options.out}")


def _train(options: argparse.Namespace) -> None:
    from bench_core import api

    api.train(options.name, device=options.device, resume=options.resume)


def _delete(options: argparse.Namespace) -> None:
    from bench_core import api

    (api.delete_set if options.what == "set" else api.delete_run)(options.name)
    print(f"{options.what} {options.name!r} is deleted")


def _worker(_: argparse.Namespace) -> None:
    from bench_core import api

    api.work()


def _serve(_: argparse.Namespace) -> None:
    from bench_core import api

    api.serve()


# Arguments


def _names(text: str | None) -> list[str] | None:
    return None if text is None else [part.strip() for part in text.split(",") if part.strip()]


def _pairs(pairs: Sequence[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        key, sign, value = pair.partition("=")
        if not sign or not key.strip():
            raise InputError(f"--set {pair!r} is not key=value.")
        found[key.strip()] = value
    return found


def build_parser() -> argparse.ArgumentParser:
    """All verbs with their options."""
    parser = argparse.ArgumentParser(
        prog="python -m bench_core", 
        description="TriadCXR: generate synthetic chest X-rays and judge their fidelity, variety, privacy and utility.",
        epilog="Read from the environment: BENCH_HOME, BENCH_DATABASE_URL, BENCH_DEVICE, BENCH_CARDS, BENCH_HOST, BENCH_PORT.",
    )  # fmt: skip
    verbs = parser.add_subparsers(metavar="VERB", required=True)

    def verb(name: str, function: Callable[[argparse.Namespace], None], summary: str) -> argparse.ArgumentParser:
        added = verbs.add_parser(name, help=summary, description=summary)
        added.set_defaults(verb_function=function)
        return added

    verb("demo", _demo, "Prepare the embedded study of simulated patients (what make demo does before it serves).")
    _add_list(verb("list", _list, "List generators, encoders, metrics, sets or runs."))
    phantom = verb("phantom", _phantom, "Render a simulated cohort: images, masks, and table.csv that import reads as it is.")
    phantom.add_argument("--subjects", type=_at_least(1), required=True, metavar="N", help="patients (each has one or several films)")
    phantom.add_argument("--seed", type=_at_least(0), required=True, metavar="S", help="cohorts of different seeds share nobody")
    phantom.add_argument("--out", required=True, metavar="DIR")
    _add_sets(verb)
    _add_numbers(verb)
    train = verb("train", _train, "Train a bundled model by its committed recipe.")
    train.add_argument("name", metavar="NAME")
    train.add_argument("--device", choices=("cpu", "cuda"))
    train.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    delete = verb("delete", _delete, "Delete a set with all that was computed from it, or a run with its numbers.")
    delete.add_argument("what", choices=("set", "run"))
    delete.add_argument("name", metavar="NAME", help="name or id")
    verb("worker", _worker, "Take queued runs until told to end.")
    verb("serve", _serve, "Serve the pages, with a worker beside them.")
    return parser


def _add_list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("generators", "encoders", "metrics", "sets", "runs"))
    _add_json(parser)


def _add_json(parser: argparse.ArgumentParser, required: bool = False) -> None:
    parser.add_argument("--json", metavar="FILE", required=required, help="write what is found as JSON (- for standard output)")


def _add_sets(verb: Callable[..., argparse.ArgumentParser]) -> None:
    bring = verb("import", _import, "Import your own images: a folder, or those that a CSV names.")
    bring.add_argument("--name", required=True)
    bring.add_argument("--images", required=True, metavar="DIR")
    bring.add_argument("--table", metavar="CSV", help="paths, prompts, labels, patients; both CheXGenBench spellings are read")
    bring.add_argument("--kind", choices=KINDS, default="real")
    bring.add_argument("--skip-bad", action="store_true", help="leave out what is wrong instead of stopping")
    _add_json(bring)
    generate = verb("generate", _generate, "Generate images; the same request again goes on where it stopped.")
    generate.add_argument("--generator", required=True, metavar="ID")
    asked = generate.add_mutually_exclusive_group(required=True)
    asked.add_argument("--prompt", metavar="TEXT")
    asked.add_argument("--prompts", metavar="CSV", help="a column prompt and, if any, label columns")
    generate.add_argument("--count", type=_at_least(1), default=1, metavar="N", help="images a prompt (default 1)")
    generate.add_argument("--seed", type=_at_least(0), default=0, metavar="S", help="image i has seed S + i (default 0)")
    generate.add_argument("--name", required=True)
    generate.add_argument("--set", action="append", default=[], metavar="key=value", help="a setting of the generator; may be repeated")
    generate.add_argument("--train", metavar="SET", help="training images, for a generator that reads them")
    generate.add_argument("--batch-size", type=_at_least(1), default=8, metavar="B")
    _add_json(generate)


def _add_numbers(verb: Callable[..., argparse.ArgumentParser]) -> None:
    evaluate = verb("evaluate", _evaluate, "Compute metrics of a synthetic set against real (and training) images.")
    evaluate.add_argument("--synthetic", required=True, metavar="SET")
    evaluate.add_argument("--real", required=True, metavar="SET")
    evaluate.add_argument("--train", metavar="SET")
    evaluate.add_argument("--encoder", required=True, action="append", metavar="ID", help="may be repeated")
    evaluate.add_argument("--subgroup", choices=("finding",), help="also for each finding")
    _add_scoring(evaluate)
    score = verb("score", _score, "Compute metrics on plain (N, D) feature matrices.")
    for role in ("real", "synthetic", "train"):
        score.add_argument(f"--{role}", required=role != "train", metavar=f"{role[0].upper()}.npy")
    _add_scoring(score)
    near = verb("neighbours", _neighbours, "Find the nearest training images of each synthetic one.")
    near.add_argument("--synthetic", required=True, metavar="SET")
    near.add_argument("--train", required=True, metavar="SET")
    near.add_argument("--encoder", required=True, metavar="ID")
    near.add_argument("-k", type=_at_least(1), default=5)
    _add_json(near)
    project = verb("project", _project, "Compute UMAP coordinates of sets.")
    project.add_argument("--sets", required=True, metavar="A,B,C")
    project.add_argument("--encoder", required=True, metavar="ID")
    project.add_argument("--out", required=True, metavar="FILE.parquet")
    project.add_argument("--seed", type=_at_least(0), default=0)
    project.add_argument("--limit", type=_at_least(10), default=50_000, metavar="N", help="thin the sets evenly above this many images")


def _add_scoring(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--metrics", metavar="a,b", help="only these; one that cannot run is an error (default: all that can)")
    parser.add_argument("--set", action="append", default=[], metavar="metric.setting=value", help="a setting of a metric; may be repeated")
    parser.add_argument("--seed", type=_at_least(0), default=0, metavar="S")
    parser.add_argument("--no-intervals", action="store_true", help="values only: no intervals, no nulls")
    parser.add_argument("--per-image", metavar="FILE.parquet", help="one row a synthetic image, one column a metric that has such values")
    _add_json(parser)


def _at_least(low: int) -> Callable[[str], int]:
    def whole_number(text: str) -> int:
        value = int(text)
        if value < low:
            raise argparse.ArgumentTypeError(f"{value} is less than {low}")
        return value

    return whole_number
