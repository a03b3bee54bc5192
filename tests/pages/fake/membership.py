"""Patients at risk and prompts known by heart, in the fake; both were found where `at_risk` and `asked_models` say so."""

import pandas as pd

from bench_core import api
from bench_core.frames import PATIENT_RISKS, PROMPT_PULLS, RISK_SHARES, WORD_PULLS
from tests.pages.fake.state import State


class Membership(State):
    """The functions of the facade about single patients and about prompts."""

    def patient_risks(self, reference: api.Reference) -> tuple[pd.DataFrame, pd.DataFrame]:
        if not (self.filled and self.at_risk):
            return PATIENT_RISKS.of([]), RISK_SHARES.of([])
        patients = [
            {"patient": f"p{i}", "auc": 0.98 - i / 30, "auc_max": 0.97 - i / 30, "p_value": 0.001 * i, "stands_out": i < 3, "images": 2,
             "image_id": f"phantom-t-{i:05d}"}
            for i in range(12)
        ]  # fmt: skip
        shares = [
            {"cut": cut, "patients": 900, "above": n, "share": n / 900, "low": n / 1000, "high": n / 800, "null": 0.09, "null_high": 0.1,
             "p_value": 0.024, "targets": 64, "learner": "probe", "attack": "lira_online"}
            for cut, n in ((0.6, 270), (0.7, 80), (0.8, 20), (0.9, 3))
        ]  # fmt: skip
        return PATIENT_RISKS.of(patients), RISK_SHARES.of(shares)

    def prompt_pulls(self, generator: str, images: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        if not (self.filled and generator in self.asked_models):
            return PROMPT_PULLS.of([]), WORD_PULLS.of([])
        texts = ["Small <left> effusion.", "No acute findings."]
        prompts = [
            {"rank": i + 1, "prompt": text, "pull": 4.0 - i, "against_usual": 6.0 - 6 * i, "images": 1, "image_id": f"phantom-t-{i:05d}"}
            for i, text in enumerate(texts)
        ]
        adds = {"Small": 0.2, "<left>": 0.5, "effusion.": -0.1}
        words = [{"prompt": texts[0], "place": i, "word": word, "adds": value} for i, (word, value) in enumerate(adds.items())]
        return PROMPT_PULLS.of(prompts), WORD_PULLS.of(words)

    def why_not_queried(self, generator: str) -> str:
        return "" if generator.startswith("phantom-ldm") else "its backend has no denoiser to lend"
