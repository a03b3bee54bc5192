"""What is known of an image, as a viewer says it."""

from collections.abc import Mapping
from typing import Any

from bench_core import api
from pages.components import read
from pages.components.forms.settings import label_of
from pages.components.images.grids import caption
from pages.components.style.palette import EDGES, WORDS


def read_of_prompt(row: Mapping[str, Any]) -> str:
    """Where the prompt of an image was cut; empty where the model read all of it, or where that is unknown."""
    tokens, read_tokens, kept = (row.get(name) for name in ("prompt_tokens", "prompt_tokens_read", "prompt_read"))
    if tokens is None or read_tokens is None or not tokens > read_tokens:
        return ""
    return f"{int(read_tokens)} of {int(tokens)} tokens, up to “…{' '.join(str(kept or '').split()[-8:])}”"


def facts(row: Mapping[str, Any], meta: Mapping[str, Any], name: str) -> dict[str, str]:
    """What is known of an image, as label and text; what is unknown is left out."""
    labels = [f for f in api.FINDINGS if row.get(f) == 1]
    unsure = [f for f in api.FINDINGS if row.get(f) == -1]
    found = {
        "Set": name,
        "Generator": meta.get("generator"),
        "Prompt": row.get("prompt"),
        "Read of it": read_of_prompt(row),
        "Seed": row.get("seed"),
        "Findings": ", ".join(labels),
        "Uncertain": ", ".join(unsure),
        "View": row.get("view"),
        "Patient": row.get("subject_id"),
        "Study": row.get("study_id"),
        "Image": row.get("image_id"),
    }
    found |= {label_of(str(k)): v for k, v in dict(meta.get("settings") or {}).items()}
    if meta.get("revision"):
        found["Revision"] = meta["revision"]

    def text(value: Any) -> str:
        if isinstance(value, float):
            return "" if value != value else f"{value:g}"
        return str(value)

    return {k: text(v) for k, v in found.items() if v is not None and text(v).strip() not in ("", "nan", "None", "<NA>")}


def about(set_id: str, image_id: str, real_pixels: bool = False) -> dict[str, Any]:
    """What the browser is told of an image besides its pixels: word, edge, caption, alternative text, facts, what can be laid over it.

    Raises:
        UnknownName: no such set or image.
    """
    images = api.find_set(set_id)
    withheld = api.is_withheld(images.id, real_pixels)
    laid_over = [] if withheld else api.layers(images.id, image_id)
    row = images.table.iloc[images.rows_by_id[image_id]].to_dict()
    word, short = WORDS[images.kind], caption(row, images.name)
    known = list(facts(row, images.meta, images.name).items())
    if withheld:
        short, known = f"Blurred · {short}", [("Blurred", "Films of patients are for those who have the role."), *known]
    return {
        "kind": images.kind, "word": word, "edge": EDGES[images.kind], "image": image_id, "caption": f"{image_id} · {short}",
        "alt": f"{word} chest X-ray. {short}",
        "facts": known, "layers": laid_over, "png": f"{images.name}-{image_id}.png",
        "simulated": read.is_simulated(images.id),
    }  # fmt: skip
