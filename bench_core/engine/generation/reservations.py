"""What must be known of images because of what was asked for: a size that their model was not made for, words that name no finding."""

from collections.abc import Sequence

from bench_core.cards import GeneratorCard
from bench_core.spec import GenerateSpec, PromptSpec


def reservations(card: GeneratorCard | None, spec: GenerateSpec) -> list[str]:
    """A line each; none where the request is what the model was made for. `card` is None where the model is gone."""
    found = [] if card is None else [other_size(card, spec)]
    return [line for line in [*found, nameless(spec.prompts)] if line]


def other_size(card: GeneratorCard, spec: GenerateSpec) -> str:
    """Says that images are of another size than the card's, which is the one that the model was trained at; empty where they are not."""
    sides = [(card.settings.get(side), spec.generator.settings.get(side)) for side in ("width", "height")]
    if not all(own and asked for own, asked in sides) or all(own == asked for own, asked in sides):
        return ""
    (own_width, width), (own_height, height) = sides
    return (
        f"{card.title} was trained at {own_width} x {own_height} pixels, and these are {width} x {height}: expect anatomy that is "
        "repeated, cut or blurred, and numbers that say as much of the size as of the model."
    )


def nameless(prompts: Sequence[PromptSpec]) -> str:
    """Says which prompts name no finding, so that their images count under none; empty where all do.

    Findings are looked for in the text, by rules, where the prompt came without labels.
    """
    from bench_core.phantom.parsing import parse

    silent = [p.text for p in prompts if not p.labels and not parse(p.text).findings]
    if not silent:
        return ""
    which = f"“{silent[0][:60]}{'…' if len(silent[0]) > 60 else ''}”"
    more = f" and {len(silent) - 1:,} more" if len(silent) > 1 else ""
    say = "name" if more else "names"
    return f"{which}{more} {say} no finding that is known here: the model chooses what is shown, and no number by finding counts it."
