"""The risk of each patient, and which prompts a model knows by heart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench_core.api.workspace import open_workspace
from bench_core.records import Reference

if TYPE_CHECKING:
    import pandas as pd


def patient_risks(reference: Reference) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`frames.PATIENT_RISKS`, most at risk first, and `frames.RISK_SHARES`: how many lie above each cut, with what chance gives.

    Of the newest `PatientRiskSpec` run of that training set and encoder; empty where there was none.
    """
    from bench_core.engine.answers.membership import patient_risks

    return patient_risks(open_workspace(), reference)


def prompt_pulls(generator: str, images: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`frames.PROMPT_PULLS`, the strongest first, and `frames.WORD_PULLS` of the strongest prompts' words.

    Of the newest `PromptMemorySpec` run of that generator and set; empty where there was none.
    """
    from bench_core.engine.answers.membership import prompt_pulls

    return prompt_pulls(open_workspace(), generator, images)


def why_not_queried(generator: str) -> str:
    """Why attacks cannot ask that generator; empty where they can. Loads no weights.

    Raises:
        UnknownName: there is no such generator.
    """
    from bench_core.engine.catalogue import generator_card
    from bench_core.generators import backend_of

    card = generator_card(open_workspace().config, generator)
    return str(backend_of(card).not_queried(card))
