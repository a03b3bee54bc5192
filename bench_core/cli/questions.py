"""Verbs that ask something of sets: what numbers see, what images are worth, whom attacks find, what filters leave, what people said."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from bench_core.cli.options import add_engine, add_json, at_least


def add_questions(verb: Callable[..., argparse.ArgumentParser]) -> None:
    """All of them."""
    several = (_add_judge, _add_power, _add_utility, _add_tasks, _add_reports, _add_attack, _add_membership, _add_filter, _add_marks)
    for add in (*several, _add_reading, _add_readers, _add_copies):
        add(verb)


def _add_judge(verb: Callable[..., argparse.ArgumentParser]) -> None:
    judge = verb(
        "judge", "judge.judge_verb",
        "From folders of images to one report: import, encode, score, attack, and write a single HTML file; or compare two reports.",
    )  # fmt: skip
    judge.add_argument("--synthetic", metavar="DIR", help="images to judge: PNG, JPEG or DICOM, or the name of a set")
    judge.add_argument("--table", metavar="CSV", help="prompts and labels of the synthetic images (default: table.csv in the folder)")
    judge.add_argument("--real", metavar="DIR", help="held-out real images, of patients the model never saw; or the name of a set")
    judge.add_argument("--real-table", metavar="CSV", help="their patients and labels (default: table.csv in the folder)")
    judge.add_argument("--train", metavar="DIR", help="what the model learned from: copies and membership are asked with it only")
    judge.add_argument("--train-table", metavar="CSV", help="their patients and labels (default: table.csv in the folder)")
    judge.add_argument("--encoder", metavar="ID", default="phantom-eye", help="in whose space (default phantom-eye)")
    judge.add_argument("--metrics", metavar="a,b", help="only these (default: all that can run)")
    judge.add_argument("--set", action="append", default=[], metavar="metric.setting=value", help="a setting of a metric; may be repeated")
    judge.add_argument("--seed", type=at_least(0), default=0, metavar="S")
    judge.add_argument("--no-attacks", action="store_true", help="numbers only: no attack on membership, no detectors of copies")
    judge.add_argument("--power", action="store_true", help="also try what each number sees at this size (takes minutes more)")
    judge.add_argument("--no-patients", action="store_true", help="leave films of real and training images out of the report")
    judge.add_argument("--skip-bad", action="store_true", help="leave out images that cannot be read instead of stopping")
    judge.add_argument("--in-place", action="store_true", help="leave the images where they are instead of copying them")
    judge.add_argument("--throw-away", action="store_true", help="in a workspace of its own, which is deleted at the end")
    judge.add_argument("--compare", nargs=2, metavar="REPORT", help="two reports, as HTML or JSON, in place of images")
    judge.add_argument("--out", required=True, metavar="FILE.html")
    judge.add_argument("--pdf", metavar="FILE.pdf", help="also print it, where Chromium is on this machine")
    add_engine(judge)
    add_json(judge)


def _add_power(verb: Callable[..., argparse.ArgumentParser]) -> None:
    power = verb(
        "power", "power.power_verb",
        "Find out what each number can see: real images play generators, are spoiled on purpose, and every metric is asked.",
    )  # fmt: skip
    power.add_argument("--real", required=True, metavar="SET", help="held-out images, or an (N, D) matrix of features (.npy)")
    power.add_argument("--train", metavar="SET", help="training images, for copies; a matrix beside a matrix")
    power.add_argument("--encoder", action="append", metavar="ID", help="may be repeated; none for matrices")
    power.add_argument("--n", default="200", metavar="N,M", help="films of a generator, one patient each (default 200)")
    power.add_argument("--metrics", metavar="a,b", help="only these (default: all that can run, without those of slow repeats)")
    power.add_argument("--faults", metavar="a,b", help="only these: blur, noise, copies, ... (default: all that the sets allow)")
    power.add_argument("--repeats", type=at_least(5), default=10, metavar="R", help="generators of each fault and strength (default 10)")
    power.add_argument("--seed", type=at_least(0), default=0, metavar="S")
    add_engine(power)
    add_json(power)


def _add_utility(verb: Callable[..., argparse.ArgumentParser]) -> None:
    utility = verb(
        "utility", "utility.utility_verb",
        "Find out what synthetic sets are worth for training: classifiers learn from them and from controls, held-out patients test them.",
    )  # fmt: skip
    utility.add_argument("--synthetic", required=True, action="append", metavar="SET", help="may be repeated")
    utility.add_argument("--real", required=True, metavar="SET", help="held-out images to test on")
    utility.add_argument("--train", required=True, metavar="SET", help="real images to learn from; a tenth of their patients validates")
    utility.add_argument(
        "--encoder", required=True, metavar="ID", help="whose features probes learn from, or whose network is fine_tuned (not convnet)"
    )  # fmt: skip
    utility.add_argument("--arms", metavar="a,b", help="only these: synthetic_only, augmented, duplicates, ... (default: all)")
    utility.add_argument(
        "--classifier", choices=("linear", "mlp", "knn", "private", "convnet", "fine_tuned"), default="linear",
        help="on features (linear, mlp, knn) or on pixels: a small network from nothing (convnet), the encoder's own (default linear)",
    )  # fmt: skip
    utility.add_argument("--epsilon", type=float, metavar="E", help="differential privacy for each patient, of `--classifier private`")
    utility.add_argument("--side", type=at_least(32), default=128, metavar="PX", help="of the films that convnet sees (default 128)")
    utility.add_argument("--test", action="append", default=[], metavar="SET", help="a further set to test on; may be repeated")
    utility.add_argument(
        "--untold", metavar="a,b", help="labels that only real images teach, as the generator was not told them: findings, sex, age, view"
    )
    utility.add_argument(
        "--protocol", choices=("corrected", "chexgenbench"), default="corrected",
        help="chexgenbench: as its public code does it (default corrected)",
    )  # fmt: skip
    utility.add_argument("--shares", default="1,10,100", metavar="P,Q", help="percent of the real training patients (default 1,10,100)")
    utility.add_argument("--ratios", metavar="R,S", help="images added for each real one (default: all synthetic images)")
    utility.add_argument("--trainings", type=at_least(2), default=5, metavar="N", help="of each arm (default 5)")
    utility.add_argument("--steps", type=at_least(10), default=400, metavar="N", help="of every arm (default 400)")
    utility.add_argument(
        "--uncertain", choices=("ignored", "negative", "positive", "soft"), default="ignored",
        help="what an uncertain label counts as in training (default ignored)",
    )  # fmt: skip
    utility.add_argument("--balanced", action="store_true", help="positives of rare findings count more")
    utility.add_argument("--findings", metavar="a,b", help="only these (default: all with enough images)")
    utility.add_argument("--seed", type=at_least(0), default=0, metavar="S")
    add_engine(utility)
    add_json(utility)


def _add_tasks(verb: Callable[..., argparse.ArgumentParser]) -> None:
    masks = verb(
        "segmentation", "tasks.task_verb",
        "Find out what synthetic sets are worth for segmentation: a small U-Net learns from films with masks, arm by arm.",
    )  # fmt: skip
    masks.set_defaults(task="segmentation")
    masks.add_argument("--side", type=int, default=64, metavar="PIXELS", help="of the films that the network sees (default 64)")
    writing = verb(
        "report-writing", "tasks.task_verb",
        "Find out what synthetic sets are worth for writing reports: a small decoder learns from films with reports, arm by arm.",
    )  # fmt: skip
    writing.set_defaults(task="reports")
    writing.add_argument("--encoder", required=True, metavar="ID", help="whose features the writer is given")
    for one in (masks, writing):
        one.add_argument("--synthetic", required=True, action="append", metavar="SET", help="may be repeated")
        one.add_argument("--real", required=True, metavar="SET", help="held-out images to test on")
        one.add_argument("--train", required=True, metavar="SET", help="real images to learn from")
        one.add_argument("--arms", metavar="a,b", help="only these: synthetic_only, augmented, duplicates, ... (default: all that can be)")
        one.add_argument("--shares", default="10,100", metavar="P,Q", help="percent of the real training patients (default 10,100)")
        one.add_argument("--trainings", type=at_least(2), default=3, metavar="N", help="of each arm (default 3)")
        one.add_argument("--steps", type=at_least(5), metavar="N", help="of every arm (default: 200 of segmentation, 300 of reports)")
        one.add_argument("--most-real", type=at_least(20), default=400, metavar="N", help="real training images at most (default 400)")
        one.add_argument("--most-test", type=at_least(10), default=200, metavar="N", help="test images at most (default 200)")
        one.add_argument("--seed", type=at_least(0), default=0, metavar="S")
        add_engine(one)
        add_json(one)


def _add_reports(verb: Callable[..., argparse.ArgumentParser]) -> None:
    reports = verb(
        "reports", "reports.reports_verb",
        "Score predicted reports beside their references: findings, BLEU, ROUGE-L, with intervals; without a file: which scores there are.",
    )  # fmt: skip
    reports.add_argument(
        "--predictions", metavar="FILE.jsonl", help='one object a line: "prediction", "reference" and, if known, "id" and "patient"'
    )
    reports.add_argument("--scores", metavar="a,b", help="only these; those of optional packages run only when named")
    reports.add_argument("--seed", type=at_least(0), default=0, metavar="S")
    add_json(reports)
    trip = verb(
        "round-trip", "reports.round_trip_verb", "Read a report from each image, and compare it with its prompt, finding by finding."
    )
    trip.add_argument("--images", required=True, metavar="SET", help="images with prompts")
    trip.add_argument("--real", required=True, metavar="SET", help="held-out images with their own reports: the null")
    trip.add_argument("--train", required=True, metavar="SET", help="images with reports, from which reading is learned")
    trip.add_argument("--encoder", required=True, metavar="ID")
    add_json(trip)
    find = verb("retrieval", "reports.retrieval_verb", "Find images by their reports and reports by their images: recall at 1, 5 and 10.")
    find.add_argument("--images", required=True, metavar="SET", help="images with reports or prompts")
    find.add_argument("--real", metavar="SET", help="held-out images with their own reports: the null of a synthetic set")
    find.add_argument("--encoder", required=True, metavar="ID", help="one that reads text")
    add_json(find)


def _add_filter(verb: Callable[..., argparse.ArgumentParser]) -> None:
    one = verb("filter", "filters.filter_verb", "Make a set of the images that a filter leaves of a synthetic set, with a log of the rest.")
    one.add_argument("--set", required=True, metavar="SET", help="the synthetic set")
    one.add_argument("--kind", required=True, metavar="ID", help="drop_near_copies, cap_per_patient, ...: see `list filters`")
    one.add_argument("--threshold", type=float, metavar="X", help="how much goes (default: the filter's usual one)")
    one.add_argument("--name", required=True, help="of the new set")
    one.add_argument("--real", metavar="SET", help="held-out images, for filters that read them")
    one.add_argument("--train", metavar="SET", help="training images, for filters that read them")
    one.add_argument("--encoder", metavar="ID", help="for filters that read features")
    one.add_argument("--setting", action="append", default=[], metavar="NAME=VALUE", help="a setting of the filter; may be repeated")
    one.add_argument("--log", metavar="FILE.csv", help="write what went and why, one row an image")
    add_json(one)


def _add_attack(verb: Callable[..., argparse.ArgumentParser]) -> None:
    attack = verb("attack", "attacks.attack_verb", "Ask who was in the training set: attacks on membership, each beside its controls.")
    attack.add_argument("--kind", default="all", metavar="ID,ID", help="which (default all that can run, but heavy ones); or extraction")
    attack.add_argument("--synthetic", metavar="SET", help="released images, or an (N, D) matrix of features (.npy)")
    attack.add_argument("--train", metavar="SET", help="members; a matrix beside a matrix")
    attack.add_argument("--real", metavar="SET", help="held-out images of other patients; a matrix beside a matrix")
    attack.add_argument("--other", metavar="SET", help="images of another generator, which learned from other data")
    attack.add_argument("--encoder", metavar="ID", help="none for matrices")
    attack.add_argument("--generator", metavar="ID", help="the model itself, for attacks that query one")
    attack.add_argument("--set", action="append", default=[], metavar="attack.setting=value", help="a setting; may be repeated")
    attack.add_argument("--seed", type=at_least(0), default=0, metavar="S", help="decides which held-out patients play what")
    attack.add_argument("--per-patient", metavar="FILE.parquet", help="one row per attack and patient: score, and how many others reach it")
    add_engine(attack)
    add_json(attack)


def _add_marks(verb: Callable[..., argparse.ArgumentParser]) -> None:
    marks = verb("marks", "marks.marks_verb", "Show or export what people said of synthetic images beside training images.")
    marks.add_argument("--synthetic", metavar="SET")
    marks.add_argument("--train", metavar="SET")
    marks.add_argument("--history", action="store_true", help="also marks that later ones changed or took back")
    marks.add_argument("--csv", metavar="FILE", help="write them as CSV (- for standard output)")
    add_json(marks)


def _add_reading(verb: Callable[..., argparse.ArgumentParser]) -> None:
    one = verb("reading", "reading.reading_verb", "Reader studies: people read films without knowing what they are.")
    one.add_argument("action", choices=("create", "list", "show", "invite", "close", "export", "remarks"))
    one.add_argument("name", nargs="?", metavar="NAME", help="name or id of the study")
    asked = one.add_argument_group("create")
    asked.add_argument(
        "--questions",
        default="real_or_synthetic",
        metavar="a,b",
        help="real_or_synthetic, which_is_real, quality, shows_prompt, marks, text",
    )
    asked.add_argument("--synthetic", action="append", default=[], metavar="SET", help="may be repeated; drawn from in equal shares")
    asked.add_argument("--real", default="", metavar="SET", help="real films")
    asked.add_argument("--cases", type=at_least(2), default=60, metavar="N", help="cases that count (default 60)")
    asked.add_argument("--real-share", type=float, default=0.5, metavar="P", help="share of real films (default 0.5)")
    asked.add_argument("--options", type=int, choices=(2, 3, 4), default=2, help="films of which_is_real (default 2)")
    asked.add_argument("--confidence", type=int, choices=(4, 5, 6, 100), default=5, help="ratings of real_or_synthetic (default 5)")
    asked.add_argument("--foils", type=float, default=0.0, metavar="P", help="share of films with the prompt of another one (default 0)")
    asked.add_argument("--training", type=at_least(0), default=4, metavar="N", help="cases with feedback before (default 4)")
    asked.add_argument("--repeats", type=at_least(0), default=0, metavar="N", help="cases that come again (default 0)")
    asked.add_argument("--break-every", type=at_least(0), default=20, metavar="N", help="cases until a break is offered (default 20)")
    asked.add_argument("--reveal", choices=("closed", "reader"), default="closed", help="the truth at the close, or after the last case")
    asked.add_argument("--seed", type=at_least(0), default=0, metavar="S")
    one.add_argument("--reader", action="append", default=[], metavar="NAME", help="of create and invite: a reader; may be repeated")
    one.add_argument("--csv", metavar="FILE", help="of export and remarks: as CSV (- for standard output)")
    one.add_argument("--history", action="store_true", help="of export: also answers that were corrected")
    add_json(one)


def _add_membership(verb: Callable[..., argparse.ArgumentParser]) -> None:
    risk = verb("patient-risk", "membership.risk_verb", "Find the training patients who can be singled out, over many small target models.")
    risk.add_argument("--train", required=True, metavar="SET", help="the patients")
    risk.add_argument("--real", metavar="SET", help="held-out images: the population of rmia")
    risk.add_argument("--encoder", required=True, metavar="ID")
    risk.add_argument("--learner", choices=("probe", "mixture"), default="probe", help="targets: classifiers, or small generators")
    risk.add_argument("--attack", choices=("lira_online", "lira_offline", "classifier_loss", "rmia"), default="lira_online")
    risk.add_argument("--targets", type=at_least(8), default=64, metavar="K", help="target models, on random halves (default 64)")
    risk.add_argument("--shuffles", type=at_least(19), default=40, metavar="R", help="attacks on shuffled membership (default 40)")
    risk.add_argument("--seed", type=at_least(0), default=0, metavar="S")
    risk.add_argument("--per-patient", metavar="FILE.parquet", help="one row per patient, most at risk first")
    add_engine(risk)
    add_json(risk)
    prompts = verb(
        "prompt-memory", "membership.prompts_verb", "Rank the prompts that a diffusion model knows by heart, before an image exists."
    )
    prompts.add_argument("--generator", required=True, metavar="ID", help="one that can be queried")
    prompts.add_argument("--images", required=True, metavar="SET", help="the set whose reports or prompts are asked")
    prompts.add_argument("--most", type=at_least(1), default=500, metavar="N", help="different prompts at most (default 500)")
    prompts.add_argument("--words", type=at_least(0), default=10, metavar="N", help="weigh words of so many of the strongest (default 10)")
    prompts.add_argument("--seeds", type=at_least(1), default=4, metavar="K", help="draws of noise (default 4)")
    prompts.add_argument("--seed", type=at_least(0), default=0, metavar="S")
    add_engine(prompts)
    add_json(prompts)


def _add_copies(verb: Callable[..., argparse.ArgumentParser]) -> None:
    detect = verb(
        "detect", "copies.detect_verb", "Look for copies of training images in a synthetic set, by several detectors and their vote."
    )
    detect.add_argument("--synthetic", required=True, metavar="SET")
    detect.add_argument("--train", required=True, metavar="SET")
    detect.add_argument("--real", required=True, metavar="SET", help="held-out images of other patients: they say how close is too close")
    detect.add_argument("--encoder", default="phantom-eye", metavar="ID", help="beside the copy encoder and aligned pixels")
    detect.add_argument("--templates", metavar="FILE", help="write as JSON which images show a training image outside of one region")
    add_json(detect)
    plant = verb("plant", "copies.plant_verb", "Hide altered copies of training images among held-out ones, and say which are found.")
    plant.add_argument("--set", required=True, metavar="SET", help="the training set")
    plant.add_argument("--real", required=True, metavar="SET", help="held-out images: half of their patients hide the copies, half judge")
    plant.add_argument("--out", required=True, metavar="NAME", help="of the new set; its table says what each image is")
    plant.add_argument("--count", type=at_least(1), default=20, metavar="N", help="copies of each way and strength (default 20)")
    plant.add_argument("--seed", type=at_least(0), default=0, metavar="S")
    plant.add_argument("--encoder", default="phantom-eye", metavar="ID", help="of the detection that follows; empty: none follows")
    add_json(plant)


def _add_readers(verb: Callable[..., argparse.ArgumentParser]) -> None:
    readers = verb("readers", "readers.readers_verb", "Analyse the answers of a reader study, made here or elsewhere, or plan one.")
    readers.add_argument("file", nargs="?", metavar="FILE.csv", help="one row an answer: docs/reader_statistics.md lists the columns")
    readers.add_argument("--study", metavar="NAME", help="of a table that holds several")
    readers.add_argument("--level", type=float, default=0.95, metavar="P", help="of the intervals (default 0.95)")
    readers.add_argument("--seed", type=at_least(0), default=0, metavar="S", help="of bootstrap and simulation")
    readers.add_argument("--tables", metavar="DIR", help="write every table as CSV, also the points of ROC curves")
    readers.add_argument("--plan", action="store_true", help="in place of a table: simulate studies and say what they find")
    readers.add_argument("--readers", default="3,5,8", metavar="N,M", help="of a plan (default 3,5,8)")
    readers.add_argument("--cases", default="40,80,160", metavar="N,M", help="of a plan: films, half of them synthetic (default 40,80,160)")
    readers.add_argument("--area", default="0.65", metavar="A[,B]", help="expected: one against chance, two of generators (default 0.65)")
    readers.add_argument(
        "--structure", choices=("HL", "LL", "HH", "LH"), default="HL",
        help="films hard for all readers alike, and readers of different skill: H(igh) or L(ow) each (default HL)",
    )  # fmt: skip
    readers.add_argument("--scale", type=at_least(0), default=0, metavar="K", help="ratings from 1 to K (default: as many as one likes)")
    readers.add_argument("--studies", type=at_least(20), default=1000, metavar="N", help="simulated for each size (default 1000)")
    add_json(readers)
