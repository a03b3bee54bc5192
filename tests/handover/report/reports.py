"""Reports for tests, made here."""

from typing import Any

from bench_core.handover.report.facts import (
    AttackFacts,
    CopyFacts,
    Distances,
    EncoderFacts,
    FamilyFacts,
    NumberFacts,
    PairFacts,
    Plane,
    Sample,
    SetFacts,
    SetReport,
)  # fmt: skip


def a_number(metric: str = "frechet_distance", **more: Any) -> NumberFacts:
    usual = {
        "title": metric, "family": "fidelity", "goal": "minimize", "value": 10.0, "low": 9.0, "high": 11.0, "matched": 12.0, "null": 5.0,
        "null_low": 4.0, "null_high": 6.0, "where": "worse", "chance": 0.001, "adjusted": 0.002, "n_real": 40, "n_synthetic": 30,
        "seen_above": 6.4,
    }  # fmt: skip
    return NumberFacts(metric=metric, **{**usual, **more})


def a_report(name: str = "mine", numbers: list[NumberFacts] | None = None, **more: Any) -> SetReport:
    numbers = [a_number()] if numbers is None else numbers
    sets = [
        SetFacts(role="synthetic", name=name, id="0" * 16, images=30, findings={"Edema": (3, 30)}),
        SetFacts(role="real", name="real", id="1" * 16, images=40, patients=20, findings={"Edema": (8, 40)}),
        SetFacts(role="train", name="train", id="2" * 16, images=60, patients=30),
    ]
    usual = {
        "made": "2026-01-01 00:00 UTC", "command": "python -m bench_core judge", "program": {"Python": "3.11"}, "sets": sets,
        "encoder": EncoderFacts(id="pixels", title="Pixels"), "numbers": numbers,
        "families": [FamilyFacts(family="fidelity", question="Real?", known=1, outside=1, where="worse", words="1 of 1.")],
        "copies": CopyFacts(found=2, images=30, expected=0.3, most=1, chance=0.01, share=0.001, patients=20),
        "distances": Distances(edges=[0, 1, 2], synthetic=[0.5, 0.5], held_out=[0.1, 0.9]),
        "pairs": [PairFacts(image_id="s1", train_image_id="t1", ratio=0.1, p_value=0.05, patients_as_near=0, prompt="Edema.")],
        "plane": Plane(share=0.4, real=[(0, 0), (1, 1)], synthetic=[(0.5, 0.2)]),
        "attacks": [
            AttackFacts(id="a", title="Attack", auc=0.8, low=0.7, high=0.9, p_value=0.001, verdict="leak", message="m", curve=[(0, 0.3)])
        ],
        "samples": {"synthetic": [Sample(image_id="s1", caption="")]},
        "warnings": ["careful"], "limits": ["nobody knows"],
    }  # fmt: skip
    return SetReport(**{**usual, **more})
