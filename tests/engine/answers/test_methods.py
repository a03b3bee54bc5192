"""The Methods text is whole, and the page in docs is made from it."""

from bench_core import registry
from bench_core.config import PROJECT
from bench_core.data import Score
from bench_core.engine.answers.methods import document, facts, sections
from bench_core.features import FeatureSet
from bench_core.registry import metric


def test_docs_are_up_to_date() -> None:
    written = (PROJECT / "docs" / "methods.md").read_text(encoding="utf-8")
    assert written == document(), "run python scripts/make_methods.py"


def test_every_metric_has_its_entry_with_source_and_null() -> None:
    text = document()
    for m in registry.metrics().values():
        assert f"### {m.title} (`{m.id}`)" in text
        found = dict(facts(m))
        assert {"Better", "Reads", "Perfect", "Fewest images", "Source"} <= set(found)
        assert m.formula.count("{") == m.formula.count("}") and m.formula.count(r"\left") == m.formula.count(r"\right")


def test_every_attack_and_filter_has_its_entry() -> None:
    text = document()
    for plugin in (*registry.attacks().values(), *registry.filters().values()):
        entry = text.partition(f"### {plugin.title} (`{plugin.id}`)")[2].partition("\n###")[0]
        assert plugin.summary and " ".join(plugin.summary.split()) in entry and "Raises:" not in entry
        assert all(f"- **{label}**: {said}" in entry for label, said in plugin.facts())


def test_the_basics_explain_the_words_that_stand_beside_numbers() -> None:
    text = "\n".join(body for _, body in sections())
    for word in ("Interval", "Null", "Matched", "Range of a perfect generator", "shortfall", "paired difference", "n = 4,352", "corrected"):
        assert word in text


def test_a_docstring_is_taken_apart() -> None:
    @metric(title="Gap", family="fidelity", goal="minimize", paper="arXiv:0", formula=r"\mu")
    def gap(real: FeatureSet, synthetic: FeatureSet) -> Score:
        """Distance of means.

        Grows with `D`.

        Two paragraphs.

        Raises:
            TooFewImages: one image.

        References:
            Somebody 2020, which
            differs.
        """
        return Score(0.0)

    found = gap.plugin
    assert (found.summary, found.details) == ("Distance of means.", "Grows with `D`.\n\nTwo paragraphs.")
    assert found.references == "Somebody 2020, which\ndiffers." and found.formula == r"\mu"
