"""The verbs that ask who is at risk, and which prompts a model knows by heart."""

from __future__ import annotations

import argparse

from bench_core import api
from bench_core.cli.output import print_table, write_json
from bench_core.cli.verbs.queue import _finish
from bench_core.errors import InputError

SHARES = ["cut", "above", "patients", "share", "low", "high", "null", "null_high", "p_value"]
TOP = 10


def risk_verb(options: argparse.Namespace) -> None:
    """Shares above each cut, and the patients most at risk."""
    spec = api.PatientRiskSpec(
        train=options.train, real=options.real, encoder=options.encoder, learner=options.learner, attack=options.attack,
        targets=options.targets, shuffles=options.shuffles, seed=options.seed,
    )  # fmt: skip
    asked = _finish(api.submit(spec)).spec
    assert isinstance(asked, api.PatientRiskSpec)
    patients, shares = api.patient_risks(api.Reference(asked.real or "", asked.train, asked.encoder))
    if options.json != "-":
        print_table(shares.to_dict("records"), SHARES)
        print()
        print_table(patients.head(TOP).to_dict("records"), ["patient", "auc", "auc_max", "p_value", "stands_out", "images", "image_id"])
    write_json(options.json, {"shares": shares.to_dict("records"), "patients": patients.to_dict("records")})
    if options.per_patient:
        try:
            patients.to_parquet(options.per_patient, index=False)
        except OSError as error:
            raise InputError(f"{options.per_patient!r} cannot be written: {error}.") from None


def prompts_verb(options: argparse.Namespace) -> None:
    """Prompts, the strongest first, and the words of the first of them."""
    spec = api.PromptMemorySpec(
        generator=options.generator, images=options.images, most=options.most, words=options.words, seeds=options.seeds, seed=options.seed
    )
    asked = _finish(api.submit(spec)).spec
    assert isinstance(asked, api.PromptMemorySpec)
    prompts, words = api.prompt_pulls(asked.generator, asked.images)
    if options.json != "-":
        print_table(prompts.head(TOP).to_dict("records"), ["rank", "pull", "against_usual", "images", "prompt"])
    write_json(options.json, {"prompts": prompts.to_dict("records"), "words": words.to_dict("records")})
