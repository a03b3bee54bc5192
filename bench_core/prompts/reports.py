"""The reports of an image set as prompts."""

from bench_core.data import FINDINGS, ImageSet
from bench_core.spec import PromptSpec


def prompts_of(images: ImageSet, limit: int | None = None) -> list[PromptSpec]:
    """The prompts of a set in table order, each text once, with their labels and the image that they describe."""
    table = images.table
    chosen = table[table["prompt"].notna() & (table["prompt"] != "")].drop_duplicates("prompt")
    return [prompt_of(row) for row in chosen.head(limit if limit is not None else len(chosen)).to_dict("records")]


def prompt_of(row: dict[str, object]) -> PromptSpec:
    """A row of a set's table as a prompt."""
    labels: dict[str, object] = {f: int(row[f]) for f in FINDINGS if row.get(f) in (0, 1, -1)}  # type: ignore[call-overload]
    if isinstance(row.get("view"), str):
        labels["view"] = row["view"]
    return PromptSpec(text=str(row["prompt"]), labels=labels, source_image_id=str(row["image_id"]))
