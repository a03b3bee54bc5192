"""The Methods text: what numbers mean, then every metric from its own file. The page and `docs/methods.md` show the same."""

from pathlib import Path

from bench_core import registry
from bench_core.registry import Metric

TEXT = Path(__file__).parent.parent.parent / "methods.md"


def sections() -> list[tuple[str, str]]:
    """What numbers mean: titles and Markdown texts."""
    parts = TEXT.read_text(encoding="utf-8").split("## ")[1:]
    return [(title, body.strip()) for title, _, body in (part.partition("\n") for part in parts)]


def null_of(metric: Metric) -> str:
    """What plays the perfect generator for a metric, in words."""
    if metric.null_from == "train":
        return "training images, as many and with the same labels as the synthetic set"
    if "real" in metric.reads and "train" not in metric.reads:
        return "one half of the real images against the other, 20 random halvings by patient"
    if "real" in metric.reads:
        return "one half of the real images in the place of the synthetic set, the other half as `real`, 20 random halvings by patient"
    return "held-out real images in the place of the synthetic set"


def facts(metric: Metric) -> list[tuple[str, str]]:
    """What is known of a metric, as label and Markdown text."""
    low, high = (
        ("−∞" if metric.bounds[0] is None else f"{metric.bounds[0]:g}"),
        ("∞" if metric.bounds[1] is None else f"{metric.bounds[1]:g}"),
    )
    better = (
        {"minimize": "lower", "maximize": "higher"}.get(str(metric.goal)) if isinstance(metric.goal, str) else f"near {metric.goal.value:g}"
    )
    needs = {
        "text": "prompts and an encoder that reads them",
        "labels": "finding labels",
        "statements": "reports or finding labels",
        "images": "pixels",
        "logits": "class logits",
        "vectors": "features that are no codes",
    }
    settings = ", ".join(f"`{n}` = {f.default!r}" for n, f in metric.settings.model_fields.items())
    found = [
        ("Better", f"{better}; from {low} to {high}{f' {metric.unit}' if metric.unit else ''}"),
        ("Reads", ", ".join(f"`{r}`" for r in metric.reads) + "".join(f"; {needs[n]}" for n in metric.needs)),
        ("Perfect", null_of(metric)),
        ("Fewest images", f"{metric.min_samples}"),
        ("Settings", settings),
        ("Source", metric.paper),
        ("Notes on the source", " ".join(metric.references.split())),
    ]
    return [(label, text) for label, text in found if text]


def document() -> str:
    """The whole as one Markdown file."""
    made = "Made by `python scripts/make_methods.py` from `bench_core/methods.md` and the files of metrics, attacks and filters."
    lines = ["# Methods", "", made, ""]
    for title, body in sections():
        lines += [f"## {title}", "", body, ""]
    for family in registry.FAMILIES:
        lines += [f"## {family.capitalize()}", "", registry.question_of(family), ""]
        for metric in registry.metrics().values():
            if metric.family == family:
                lines += [f"### {metric.title} (`{metric.id}`)", "", " ".join(metric.summary.split()), ""]
                lines += ["$$", metric.formula, "$$", ""] if metric.formula else []
                lines += [metric.details, ""] if metric.details else []
                lines += [*(f"- **{label}**: {text}" for label, text in facts(metric)), ""]
    lines += ["## Attacks", "", "Who was in the training set? One score per image, high = member.", ""]
    for attack in registry.attacks().values():
        lines += [f"### {attack.title} (`{attack.id}`)", "", " ".join(attack.summary.split()), "", "$$", attack.formula, "$$", ""]
        lines += [attack.details, ""] if attack.details else []
        lines += [*(f"- **{label}**: {text}" for label, text in attack.facts()), ""]
    lines += [
        "## Filters",
        "",
        "What can be done about a set that is there? One value per image, and a threshold that decides who goes.",
        "",
    ]
    for one in registry.filters().values():
        lines += [f"### {one.title} (`{one.id}`)", "", one.summary, "", *([one.details, ""] if one.details else [])]
        lines += [*(f"- **{label}**: {text}" for label, text in one.facts()), ""]
    return "\n".join(lines).rstrip() + "\n"
