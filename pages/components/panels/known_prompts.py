"""Prompts that a diffusion model knows by heart, before an image exists: ranked, with the words that pull coloured."""

import pandas as pd
import streamlit as st
from markupsafe import Markup

from bench_core import api
from pages.components.frame import address
from pages.components.frame.reference import ReferenceInUse
from pages.components.runs.membership_runs import offer_run, prompt_pulls, queried_generators
from pages.components.style.markup import draw, html, joined

WORDS = (
    "The model's first step is asked with and without each report, and no image is made. A report that moves it much more than others do "
    "is one whose film the model may know by heart."
)
PULLS, HOLDS = "213, 94, 0", "86, 180, 233"


def known_prompts(reference: ReferenceInUse) -> None:
    """The panel for one of the generators that can be queried, or the button that finds it out."""
    st.subheader("Prompts known by heart", anchor=False)
    asked = queried_generators()
    if not asked or reference.train is None:
        none = "No generator here can be queried: it takes a diffusion model with its weights."
        st.markdown("This reference has no training set, whose reports could be asked." if asked else none)
        return
    first = "phantom-ldm-overfit" if "phantom-ldm-overfit" in asked else asked[0]
    generator = address.one(st.selectbox, "Model", asked, first, key="model", width=320)
    prompts, words = prompt_pulls(generator, reference.train)
    if prompts.empty:
        offer_run(api.PromptMemorySpec(generator=generator, images=reference.train), "Ask the model", WORDS, "ask-prompts")
        return
    shown = prompts[["rank", "prompt", "pull", "against_usual"]].head(200)
    st.dataframe(shown, hide_index=True, column_config=COLUMNS, height=260, alt=f"Prompts that move {generator} most")
    for text in prompts["prompt"].head(5):
        mine = words[words["prompt"] == text].sort_values("place")
        if len(mine):
            draw(coloured(mine))
    st.caption(
        "Orange words pull the model: without them the first step moves less. Blue ones hold it back. "
        "A prompt far above the others is a suspicion, not a copy: make images of it and look on the page Memorization."
    )


COLUMNS = {
    "rank": st.column_config.NumberColumn("Rank", width="small"),
    "prompt": st.column_config.TextColumn("Report", width="large"),
    "pull": st.column_config.NumberColumn("Pull", format="%.2f", help="Length of what the text changes in the first step."),
    "against_usual": st.column_config.NumberColumn("Against the usual", format="%.1f", help="Robust standard deviations from the median."),
}


def coloured(words: pd.DataFrame) -> Markup:
    """The words of one prompt in their order, each on a ground as strong as what it adds."""
    most = max(float(words["adds"].abs().max()), 1e-9)
    spans = [
        html(
            '<span style="background: rgba({}, {}); padding: 1px 3px; border-radius: 3px" title="{}">{}</span>',
            PULLS if adds > 0 else HOLDS,
            f"{0.75 * abs(adds) / most:.2f}",
            f"{adds:+.0%}",
            word,
        )
        for word, adds in zip(words["word"], words["adds"], strict=True)
    ]
    return html('<p style="line-height: 1.9; margin: 0 0 0.5rem">{}</p>', joined(spans, " "))
