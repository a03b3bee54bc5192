"""The card of a set, as Markdown: what it is, what it was made from, how it was tested, what is known of its limits.

It follows the questions of datasheets and model cards (Gebru 2021, arXiv:1803.09010; Mitchell 2019, arXiv:1810.03993) as far as stored
facts answer them; what nobody tested is said, not left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from bench_core import __version__
from bench_core.cards import GeneratorCard
from bench_core.data import FINDINGS, FLAT, ImageSet
from bench_core.notation import side
from bench_core.registry.metrics import FAMILIES, Metric, Target

SEEN_BY = 10
"""Skipped and failed numbers that are named; of more the count is said."""
CREATED = {"real": "held-out real images", "train": "training images", "synthetic": "synthetic images"}


@dataclass(frozen=True)
class Evidence:
    """What is known of a set against one reference.

    Attributes:
        against: the reference in words.
        numbers: `frames.RESULTS` of the whole set, one mode.
        found: what searches for copies and attacks on membership found, a sentence each.
        command: what computes the numbers again.
    """

    against: str
    numbers: pd.DataFrame
    found: Sequence[str] = ()
    command: str = ""


@dataclass(frozen=True)
class SetFacts:
    """What a card is made of.

    Attributes:
        title: the set's name, or its id where names are not told.
        patients: whether it shows films of patients.
        level: how much is told of prompts; see `disclosure`.
        size: height and width of the first image.
        metrics: by id, for titles and goals.
        again: the command that makes the set again, or a sentence that says why there is none.
    """

    images: ImageSet
    title: str
    patients: bool
    level: str
    size: tuple[int, int]
    generator: GeneratorCard | None
    metrics: Mapping[str, Metric]
    tested: Sequence[Evidence] = field(default_factory=list)
    again: str = ""


def card_text(facts: SetFacts) -> str:
    """The card."""
    title = "Synthetic-data card" if facts.images.kind == "synthetic" else "Data card"
    parts = [f"# {title}: {_text(facts.title)}", *_what(facts), *_from_what(facts), *_tested(facts), *_privacy(facts), *_limits(facts)]
    parts += [*_use(facts), *_again(facts)]
    return "\n\n".join(parts) + "\n"


def _what(facts: SetFacts) -> list[str]:
    images, (height, width) = facts.images, facts.size
    table = images.table
    lines = [f"{len(images):,} {CREATED[images.kind]}, 8-bit grey; the first has {width} x {height} pixels. Content key `{images.id}`."]
    if facts.patients:
        lines.append("**It shows films of patients** (or may hand them on): it is not free of personal data.")
    elif images.kind == "synthetic" or images.meta.get("simulated"):
        lines.append("No patient was examined for it." if not images.meta.get("simulated") else "Its patients are simulated.")
    known = [(f, table[f]) for f in FINDINGS if table[f].notna().any()]
    if known and facts.level != "none":
        rows = [f"| {f} | {int((c == 1).sum()):,} | {int((c == 0).sum()):,} | {int((c == -1).sum()):,} |" for f, c in known]
        lines.append("\n".join(["| finding asked for | yes | no | uncertain |", "| --- | --: | --: | --: |", *rows]))
    views = table["view"].dropna().value_counts()
    if len(views):
        lines.append("Views: " + ", ".join(f"{_text(view)} {count:,}" for view, count in views.items()) + ".")
    return ["## What it is", *lines]


def _from_what(facts: SetFacts) -> list[str]:
    images, card = facts.images, facts.generator
    meta = images.meta
    rows: dict[str, Any] = {}
    if meta.get("generator"):
        rows["Generator"] = f"{meta.get('generator_title') or meta['generator']} (`{meta['generator']}`)"
        rows["Revision"] = meta.get("revision") or (f"card `{meta['card']}`" if meta.get("card") else None)
        rows["Repository"] = meta.get("repo_id")
    if card is not None:
        rows |= {"Kind": card.family, "Trained on": card.trained_on, "Paper": card.paper}
    if meta.get("settings"):
        rows["Settings"] = ", ".join(f"`{k}` {v}" for k, v in meta["settings"].items() if v not in ("", None))
    if meta.get("seed") is not None:
        rows["Seeds"] = f"{meta['seed']} + number of the image"
    prompts = images.table["prompt"].dropna()
    if len(prompts):
        origin = "reports of patients; not told here" if meta.get("prompts_are_reports") and facts.level != "full" else None
        origin = origin or ("reports of patients" if meta.get("prompts_are_reports") else "typed, or of simulated patients")
        rows["Prompts"] = f"{prompts.nunique():,} different ones for {len(prompts):,} images: {origin}"
    if (part := meta.get("filter")) is not None:
        rows["Filter"] = f"{part['title']} at {part['threshold']:g}: {part['gone']:,} of {part['parent_images']:,} images went"
    lines = [f"| {name} | {_text(value)} |" for name, value in rows.items() if value]
    if not lines:
        return ["## From what", "Imported; how it was made was not told."]
    return ["## From what", "\n".join(["| | |", "| --- | --- |", *lines])]


def _tested(facts: SetFacts) -> list[str]:
    parts = ["## How it was tested"]
    if not facts.tested:
        return [*parts, "**It was not tested.** Nothing is known of its fidelity, variety, privacy or utility."]
    parts.append(
        "`value` is from all images, with its 95 % interval; `perfect` is the range of a perfect generator of this size in this space, "
        "with which the value at the size of that range (`matched`) is compared. One number in twenty lies outside by chance."
    )
    for one in facts.tested:
        parts += [
            f"### {_text(one.against)}",
            _numbers(facts, one.numbers[one.numbers["family"] != "privacy"]),
            *_missing(facts, one.numbers),
        ]
    return parts


def _numbers(facts: SetFacts, rows: pd.DataFrame) -> str:
    rows = rows[rows["status"] == "ok"]
    if rows.empty:
        return "No numbers."
    order = {family: place for place, family in enumerate(FAMILIES)}
    lines = ["| family | number | value | matched | perfect | verdict | n |", "| --- | --- | --: | --: | --: | --- | --: |"]
    for row in rows.assign(place=rows["family"].map(order)).sort_values("place", kind="stable").to_dict("records"):
        metric = facts.metrics.get(row["metric"])
        interval = f" [{_number(row['low'])}, {_number(row['high'])}]" if pd.notna(row["low"]) else ""
        perfect = f"{_number(row['null_low'])} to {_number(row['null_high'])}" if pd.notna(row["null_low"]) else "–"
        cells = [
            row["family"], metric.title if metric else row["metric"], f"{_number(row['value'])}{interval}", _number(row["matched"]),
            perfect, verdict(row, metric), f"{row['n_synthetic']:,}" if pd.notna(row["n_synthetic"]) else "",
        ]  # fmt: skip
        lines.append("| " + " | ".join(_text(cell) for cell in cells) + " |")
    return "\n".join(lines)


def verdict(row: Mapping[str, Any], metric: Metric | None) -> str:
    """How a number lies to the range of a perfect generator."""
    where = side(row, metric)
    if where in ("worse", "better") and (metric is None or isinstance(metric.goal, Target)):
        return "outside"
    return {"unknown": "no range", "inside": "as perfect", "better": "beyond perfect", "worse": "worse"}[where]


def _missing(facts: SetFacts, rows: pd.DataFrame) -> list[str]:
    """What was not computed, and why."""
    lost = rows[rows["status"] != "ok"]
    said = []
    for row in lost.head(SEEN_BY).to_dict("records"):
        title = facts.metrics[row["metric"]].title if row["metric"] in facts.metrics else row["metric"]
        said.append(f"- {_text(title)}: {row['status']}. {_text(row['message'])}")
    if len(lost) > SEEN_BY:
        said.append(f"- and {len(lost) - SEEN_BY:,} more")
    untested = [family for family in FAMILIES if not (rows["family"] == family).any()]
    if untested:
        said.append(f"- not tested at all: {', '.join(untested)}")
    return ["Without a number:\n\n" + "\n".join(said)] if said else []


def _privacy(facts: SetFacts) -> list[str]:
    parts = ["## Privacy"]
    looked = [one for one in facts.tested if one.found or ((one.numbers["family"] == "privacy") & (one.numbers["status"] == "ok")).any()]
    if not looked:
        parts.append("**Not tested**: nobody compared these images with the training images of their generator.")
    for one in looked:
        parts += [f"### {_text(one.against)}", _numbers(facts, one.numbers[one.numbers["family"] == "privacy"])]
        parts += ["\n".join(f"- {_text(line)}" for line in one.found)] if one.found else []
    parts.append("That nothing was found is no promise of privacy: these tests see what they were built for, in the space that is named.")
    return parts


def _limits(facts: SetFacts) -> list[str]:
    images, said = facts.images, []
    meta, table = images.meta, images.table
    encoders = {encoder for one in facts.tested for encoder in one.numbers["encoder"]}
    if encoders and all(str(encoder).startswith("phantom") for encoder in encoders):
        said.append(
            "It was judged in the space of encoders that learned from simulated films only: no space for conclusions about real ones."
        )
    if str(meta.get("generator", "")).startswith("phantom") or meta.get("simulated"):
        said.append("It shows simulated anatomy and has no clinical meaning.")
    if "prompt_tokens" in table and (cut := int((table["prompt_tokens"] > table["prompt_tokens_read"]).sum())):
        said.append(f"Of {cut:,} prompts the model read only the beginning.")
    if flat := (meta.get(FLAT) or {}).get("films"):
        said.append(f"{flat:,} images are nearly one grey.")
    if len(table) and (prompts := table["prompt"].nunique()) and prompts < 10:
        said.append(f"Its images are of {prompts} different prompts: worth that many, not {len(table):,}.")
    said.append(
        "A finding that was asked for need not be in the image; alignment numbers say how often it is, as far as their reader sees it."
    )
    said.append("No physician looked at it unless a reader study is named.")
    return ["## Known limits", "\n".join(f"- {line}" for line in said)]


def _use(facts: SetFacts) -> list[str]:
    licence = facts.generator.licence if facts.generator is not None else ""
    terms = f"Licence of the generator: {_text(licence)}. Its terms bind what it makes, and so do those of what it was trained on."
    use = "For research on generators, training and testing of algorithms. Not for diagnosis; never to be mixed with films of patients"
    lines = [terms if licence else "No licence is recorded: ask whoever made it.", f"{use} unmarked."]
    return ["## Licence and use", "\n\n".join(lines)]


def _again(facts: SetFacts) -> list[str]:
    versions = sorted({f"{row.metric} {row.version}" for one in facts.tested for row in one.numbers.itertuples() if row.version != 1})
    encoders = sorted(
        {f"{row.encoder} {row.encoder_revision or ''}".strip() for one in facts.tested for row in one.numbers.itertuples()}
    )  # fmt: skip
    lines = [f"TriadCXR {__version__}." + (f" Encoders: {', '.join(encoders)}." if encoders else "")]
    if versions:
        lines.append("Versions of the metrics: " + ", ".join(versions) + ".")
    commands = [facts.again, *(one.command for one in facts.tested)]
    shown = [c for c in commands if c.startswith("python ")]
    lines += [c for c in commands if c and not c.startswith("python ")]
    if shown:
        lines.append("```\n" + "\n".join(shown) + "\n```")
    return ["## Versions, and how to make it again", *lines]


def _number(value: Any) -> str:
    return "–" if value is None or pd.isna(value) else f"{float(value):.4g}"


def _text(value: Any) -> str:
    """Text that stays text in a cell of a Markdown table."""
    text = " ".join(str(value).split())
    for sign, safe in (("&", "&amp;"), ("<", "&lt;"), ("|", "\\|"), ("](", "] (")):
        text = text.replace(sign, safe)
    return text
