"""The verbs and their options, with the help that is printed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from bench_core.cli.handover import add_handover
from bench_core.cli.options import add_engine, add_json, at_least
from bench_core.cli.questions import add_questions
from bench_core.cli.studies import add_studies
from bench_core.spec import MAP_LIMIT

KINDS = ("real", "train", "synthetic")


def build_parser() -> argparse.ArgumentParser:
    """All verbs with their options."""
    parser = argparse.ArgumentParser(
        prog="triadcxr" if Path(sys.argv[0]).stem == "triadcxr" else "python -m bench_core",
        description="TriadCXR: generate synthetic chest X-rays and judge their fidelity, variety, privacy and utility.",
        epilog="Read from the environment: BENCH_HOME, BENCH_DATABASE_URL, BENCH_DEVICE, BENCH_CARDS, BENCH_WEIGHTS, "
        "BENCH_TRUST_REMOTE_CODE, BENCH_HOST, BENCH_PORT, BENCH_ENGINE, BENCH_RAY_ADDRESS, BENCH_IMAGES.",
    )  # fmt: skip
    subparsers = parser.add_subparsers(metavar="VERB", required=True)

    def verb(name: str, function: str, summary: str) -> argparse.ArgumentParser:
        """Adds a verb; `function` is `module.name` in `cli/verbs/`, loaded when it is asked for, so that help is there at once."""
        one = subparsers.add_parser(name, help=summary, description=summary)
        one.set_defaults(verb_function=function)
        return one

    verb("demo", "queue.demo_verb", "Prepare the embedded study of simulated patients (what make demo does before it serves).")
    _add_list(
        verb(
            "list",
            "models.list_verb",
            "List generators, encoders, metrics, layouts, filters, sets, runs, imports, or printed numbers.",
        )
    )
    phantom = verb("phantom", "sets.phantom_verb", "Render a simulated cohort: images, masks, and table.csv that import reads as it is.")
    phantom.add_argument("--subjects", type=at_least(1), required=True, metavar="N", help="patients (each has one or several films)")
    phantom.add_argument("--seed", type=at_least(0), required=True, metavar="S", help="cohorts of different seeds share nobody")
    phantom.add_argument("--out", required=True, metavar="DIR")
    _add_models(verb)
    _add_sets(verb)
    _add_numbers(verb)
    add_questions(verb)
    add_studies(verb)
    add_handover(verb)
    train = verb("train", "models.train_verb", "Train a bundled model by its committed recipe.")
    train.add_argument("name", metavar="NAME")
    train.add_argument("--device", choices=("cpu", "cuda"))
    train.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    delete = verb("delete", "sets.delete_verb", "Delete a set with all made of it, a run with its numbers, a reader study, an import.")
    delete.add_argument("what", choices=("set", "run", "import", "reading"))
    delete.add_argument("name", metavar="NAME", help="name or id")
    verb(
        "clean", "sets.clean_verb", "Remove what killed processes left behind and nobody owns, and say what; workers do so when they start."
    )
    run = verb("run", "queue.run_verb", "Queue a run of any kind from a JSON file and wait for it.")
    run.add_argument("file", metavar="FILE.json", help="the request: its kind, and the fields of that kind (- for standard input)")
    run.add_argument("--name", help="in place of the name in the file")
    add_engine(run)
    add_json(run)
    add_engine(verb("worker", "queue.worker_verb", "Take queued runs until told to end."))
    add_engine(verb("serve", "queue.serve_verb", "Serve the pages, with a worker beside them for each device."))
    queue = verb("queue", "queue.queue_verb", "Show who waits for what and what the workers do, or change it.")
    queue.add_argument(
        "action", nargs="?", choices=("show", "cancel", "pause", "resume", "first", "later", "hold", "release"), default="show",
        help="first and later change a run's turn; hold and release stop the whole queue and let it go on (default show)",
    )  # fmt: skip
    queue.add_argument("run", nargs="?", metavar="RUN", help="id or name of the run")
    add_json(queue)
    return parser


def _add_list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("generators", "encoders", "metrics", "layouts", "filters", "sets", "runs", "imports", "published"))
    add_json(parser)


def _add_models(verb: Callable[..., argparse.ArgumentParser]) -> None:
    check = verb(
        "check-model", "models.check_model_verb", "Dry run: everything that is missing to run a generator. Exit code 0 if it can run."
    )
    check.add_argument("id", metavar="ID")
    check.add_argument("--set", action="append", default=[], metavar="key=value", help="a setting of the generator; may be repeated")
    check.add_argument("--batch-size", type=at_least(1), default=1, metavar="B", help="for the memory estimate")
    read = check.add_mutually_exclusive_group()
    read.add_argument("--prompt", metavar="TEXT", help="also say where the model would cut this prompt")
    read.add_argument("--prompts", metavar="CSV", help="or those of a table (see generate)")
    check.add_argument("--try", dest="try_it", action="store_true", help="also load it and make one image of few steps")
    add_json(check)
    add = verb("add-model", "models.add_model_verb", "Add a generator of your own: writes a card that list and generate read.")
    add.add_argument("id", metavar="ID", help="lower-case words with dashes")
    place = add.add_mutually_exclusive_group(required=True)
    place.add_argument("--hub", metavar="OWNER/NAME", help="a model that hf download has brought, or will bring")
    place.add_argument("--folder", metavar="DIR", help="whole path of a diffusers pipeline")
    add.add_argument("--revision", metavar="COMMIT")
    add.add_argument(
        "--pipeline", metavar="CLASS", help="where model_index.json does not say it: StableDiffusionPipeline, FluxPipeline, ..."
    )
    add.add_argument("--lora", action="append", default=[], metavar="OWNER/NAME[:FILE]", help="an adapter, or its folder; may be repeated")
    add.add_argument("--dtype", choices=("float32", "float16", "bfloat16"))
    add.add_argument("--variant", metavar="NAME", help="infix of the weight files, where they have one: fp16")
    add.add_argument("--title")
    add.add_argument("--summary")
    add.add_argument("--licence")
    add.add_argument("--trained-on", metavar="TEXT", help="the training set: privacy is measured against it")
    add.add_argument("--set", action="append", default=[], metavar="key=value", help="a setting that the card pins; may be repeated")
    add.add_argument("--replace", action="store_true", help="take the place of the model of that id")
    add.add_argument("--dry-run", action="store_true", help="show the card and what it lacks; write nothing")


def _add_sets(verb: Callable[..., argparse.ArgumentParser]) -> None:
    bring = verb("import", "sets.import_verb", "Import images: a folder, those that a CSV names, or a public data set by its layout.")
    bring.add_argument("--name", required=True)
    bring.add_argument("--images", metavar="DIR")
    bring.add_argument("--table", metavar="CSV", help="paths, prompts, labels, patients; both CheXGenBench spellings are read")
    bring.add_argument("--kind", choices=KINDS, default="real")
    bring.add_argument("--skip-bad", action="store_true", help="leave out what is wrong instead of stopping")
    _add_layout(bring)
    add_json(bring)
    numbers = verb("import-results", "sets.import_results_verb", "Import CheXGenBench's result files: numbers to show beside yours.")
    numbers.add_argument("--name", required=True)
    numbers.add_argument("--file", required=True, action="append", metavar="CSV", help="fidelity, alignment or privacy; may be repeated")
    numbers.add_argument("--skip-bad", action="store_true", help="leave out what is wrong instead of stopping")
    add_json(numbers)
    generate = verb("generate", "sets.generate_verb", "Generate images; the same request again goes on where it stopped.")
    generate.add_argument("--generator", required=True, metavar="ID")
    asked = generate.add_mutually_exclusive_group(required=True)
    asked.add_argument("--prompt", metavar="TEXT")
    asked.add_argument("--prompts", metavar="CSV", help="a column prompt and, if any, label columns")
    asked.add_argument("--package-prompts", metavar="SOURCE", help="openi-reports, chexpert-labels or nih-labels, of torchxrayvision")
    asked.add_argument("--reports", metavar="SET", help="reports of a set, drawn: --first N as frequent as they are, or --per-finding N")
    generate.add_argument("--first", type=at_least(1), default=200, metavar="N", help="of --package-prompts and --reports (default 200)")
    generate.add_argument("--per-finding", type=at_least(1), metavar="N", help="of --reports: at least N positives of every finding")
    generate.add_argument("--draw", type=at_least(0), default=0, metavar="S", help="of --reports: seed of the draw (default 0)")
    generate.add_argument("--count", type=at_least(1), default=1, metavar="N", help="images a prompt (default 1)")
    generate.add_argument("--seed", type=at_least(0), default=0, metavar="S", help="image i has seed S + i (default 0)")
    generate.add_argument("--name", required=True)
    generate.add_argument("--set", action="append", default=[], metavar="key=value", help="a setting of the generator; may be repeated")
    generate.add_argument("--train", metavar="SET", help="training images, for a generator that reads them")
    generate.add_argument("--batch-size", type=at_least(1), default=8, metavar="B")
    add_engine(generate)
    add_json(generate)


def _add_layout(bring: argparse.ArgumentParser) -> None:
    bring.add_argument(
        "--layout", metavar="ID", help="chexpert, mimic-cxr-jpg, nih, openi, padchest, vindr: see `list layouts`; with --root"
    )
    bring.add_argument("--root", metavar="DIR", help="folder of the data set, as it was published")
    bring.add_argument("--split", metavar="NAME", help="only this split of the data set")
    bring.add_argument("--view", metavar="VIEW", help="frontal, PA, AP or lateral")
    bring.add_argument("--labels", metavar="TABLE", help="chexpert or negbio (mimic-cxr-jpg)")
    bring.add_argument("--annotations", metavar="CSV", help="texts for the images, such as LLaVA-Rad's (mimic-cxr-jpg)")
    bring.set_defaults(copy=None)  # as this way of importing does it, see `api.import_images`
    stay = bring.add_mutually_exclusive_group()
    stay.add_argument(
        "--in-place", dest="copy", action="store_false", help="leave the images where they are, unopened (what --layout does)"
    )
    stay.add_argument("--copy", action="store_true", help="decode and copy the images (what --images does)")


def _add_numbers(verb: Callable[..., argparse.ArgumentParser]) -> None:
    evaluate = verb("evaluate", "numbers.evaluate_verb", "Compute metrics of a synthetic set against real (and training) images.")
    evaluate.add_argument("--synthetic", required=True, metavar="SET")
    evaluate.add_argument("--real", required=True, metavar="SET")
    evaluate.add_argument("--train", metavar="SET")
    evaluate.add_argument("--encoder", required=True, action="append", metavar="ID", help="may be repeated")
    evaluate.add_argument("--subgroup", choices=("finding", "view"), help="also for the images of each finding, or of each view")
    evaluate.add_argument("--equal-n", action="store_true", help="cut all subgroups to one size, so that their values can be compared")
    add_engine(evaluate)
    _add_scoring(evaluate)
    score = verb("score", "numbers.score_verb", "Compute metrics on plain (N, D) feature matrices.")
    for role in ("real", "synthetic", "train"):
        score.add_argument(f"--{role}", required=role != "train", metavar=f"{role[0].upper()}.npy")
    _add_scoring(score)
    add_engine(score)
    compare = verb(
        "compare",
        "numbers.compare_verb",
        "Compare sets evaluated against one reference: paired differences, Pareto front, like metrics.",
    )
    compare.add_argument("--real", required=True, metavar="SET")
    compare.add_argument("--train", metavar="SET")
    compare.add_argument("--encoder", required=True, metavar="ID")
    compare.add_argument("--metrics", metavar="a,b", help="only these; they are the axes of the Pareto front too")
    add_json(compare)
    near = verb("neighbours", "numbers.neighbours_verb", "Find the nearest training images of each synthetic one.")
    near.add_argument("--synthetic", required=True, metavar="SET")
    near.add_argument("--train", required=True, metavar="SET")
    near.add_argument("--encoder", required=True, metavar="ID")
    near.add_argument("-k", type=at_least(1), default=5)
    add_json(near)
    project = verb("project", "numbers.project_verb", "Compute UMAP coordinates of sets.")
    project.add_argument("--sets", required=True, metavar="A,B,C")
    project.add_argument("--encoder", required=True, metavar="ID")
    project.add_argument("--out", required=True, metavar="FILE.parquet")
    project.add_argument("--seed", type=at_least(0), default=0)
    project.add_argument("--limit", type=at_least(10), default=MAP_LIMIT, metavar="N", help="thin large sets evenly above this many images")


def _add_scoring(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--metrics", metavar="a,b", help="only these; one that cannot run is an error (default: all that can)")
    parser.add_argument("--set", action="append", default=[], metavar="metric.setting=value", help="a setting of a metric; may be repeated")
    parser.add_argument("--seed", type=at_least(0), default=0, metavar="S")
    parser.add_argument(
        "--mode", choices=("corrected", "compatible"), default="corrected",
        help="compatible: CheXGenBench's protocol, for numbers that stand beside published ones (default corrected)",
    )  # fmt: skip
    parser.add_argument("--no-intervals", action="store_true", help="values only: no intervals, no nulls")
    parser.add_argument(
        "--per-image", metavar="FILE.parquet", help="one row per synthetic image, one column per metric with values per image"
    )
    add_json(parser)
