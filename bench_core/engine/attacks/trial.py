"""One attack with its controls, as a row; and what may be said of it."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from bench_core.engine.attacks.controls import Controls
from bench_core.engine.attacks.judging import LEVEL, Judgement, judge, set_attack
from bench_core.engine.attacks.parts import Parts
from bench_core.engine.attacks.plants import Plant
from bench_core.errors import BenchError, Cancelled
from bench_core.membership import Knowledge, MembershipScores, scores_of
from bench_core.membership.records import check_possible
from bench_core.registry import Attack

STEPS = 7
"""Parts of a trial, for progress bars: the attack, the perfect generator, the members, four doses."""
Tell = Callable[[str], None]


def trial(
    attack: Attack, parts: Parts, known: Knowledge, settings: Mapping[str, Any], seed: int, tell: Tell, plant: Plant | None = None
) -> tuple[dict[str, Any], MembershipScores | None]:
    """The row of an attack, and its scores; of one that cannot run a row that says why."""
    began = time.monotonic()
    try:
        check_possible(attack, known)
        scores = scores_of(attack, parts.members, parts.others, known, settings=settings, seed=seed)
        tell(attack.title)
        found, controls = judge(scores), _controls(Controls(attack, parts, known, settings, seed, plant), scores, tell)
    except Cancelled:
        raise
    except BenchError as error:
        return refused(attack, parts, known, settings, seed, error), None
    verdict, message = said(found, controls)
    row = {
        **_about(attack, parts, known, settings, seed), **found.facts(), "controls": controls, "verdict": verdict, "message": message,
        "set_attack": set_attack(scores, seed) if attack.of_sets else None, "seconds": time.monotonic() - began,
    }  # fmt: skip
    return row, scores


def refused(attack: Attack, parts: Parts, known: Knowledge, settings: Mapping[str, Any], seed: int, error: BenchError) -> dict[str, Any]:
    """The row of an attack that cannot run, with the reason in place of numbers."""
    without: dict[str, Any] = {
        "auc": None, "auc_low": None, "auc_high": None, "p_value": None, "tpr_at": {}, "set_attack": None, "seconds": 0.0,
        "controls": {"perfect": None, "members": None, "planted": [], "generated": None},
    }  # fmt: skip
    return {**_about(attack, parts, known, settings, seed), **without, "verdict": "not possible", "message": str(error)}


def _about(attack: Attack, parts: Parts, known: Knowledge, settings: Mapping[str, Any], seed: int) -> dict[str, Any]:
    return {
        "attack": attack.id, "version": attack.version, "target": attack.target, "settings": dict(settings), "seed": seed,
        "n_members": len(parts.members), "n_others": len(parts.others), "n_reference": len(parts.reference),
        "n_released": 0 if known.released is None else len(known.released),
        "patients_members": len(np.unique(parts.members.units)), "patients_others": len(np.unique(parts.others.units)),
    }  # fmt: skip


def _controls(controls: Controls, scores: MembershipScores, tell: Tell) -> dict[str, Any]:
    found: dict[str, Any] = {"perfect": controls.perfect()}
    tell(f"{controls.attack.title}: a perfect generator")
    found["members"] = controls.members(scores)
    tell(f"{controls.attack.title}: halves of the members")
    found["planted"] = []
    for planted in controls.planted():
        found["planted"].append(planted)
        tell(f"{controls.attack.title}: {dosed(planted)} planted")
    return {**found, "generated": controls.generated()}


def said(found: Judgement, controls: Mapping[str, Any]) -> tuple[str, str]:
    """The verdict, in a word and in a sentence: what was found, and what would have been. A failed control leaves none."""
    failed = [controls[name] for name in ("perfect", "members") if not controls[name]["passed"]]
    if failed:
        return "control failed", f"No verdict: it tells {failed[0]['what']} apart, too (AUC {failed[0]['auc']:.3f})."
    planted: Sequence[Mapping[str, Any]] = controls["planted"]
    if planted and not planted[-1]["seen"]:
        return "control failed", f"No verdict: it does not see {_planted(planted[-1])}."
    if found.seen:
        return "leak", f"Tells members from others: {_where(found)}.{_origin(controls)}"
    return "nothing found", f"Did not tell members from others; {_power(planted)}.{_origin(controls)}"


def _where(found: Judgement) -> str:
    """The area and, where it stands out, the end of the curve: who scores above the highest of the others."""
    tail, n = min(found.tails, key=lambda one: one.p_value), found.rates[0].n
    if tail.p_value >= LEVEL / 2:
        return f"AUC {found.roc.auc:.3f}"
    of = f"all but {100 * tail.fpr:g} %" if tail.fpr * found.rates[0].others >= 1 else "all"
    chance = f"where chance puts {tail.expected:,.0f}"
    return f"AUC {found.roc.auc:.3f}; {tail.hits:,} of {n:,} training patients score above {of} of the others, {chance}"


def _power(planted: Sequence[Mapping[str, Any]]) -> str:
    """The smallest dose from which on all are seen."""
    if not planted:
        return "how much it would have seen is not known"
    least = planted[-1]
    for one in reversed(planted):
        if not one["seen"]:
            break
        least = one
    return f"it sees {_planted(least)}"


def dosed(planted: Mapping[str, Any]) -> str:
    """A dose with its unit."""
    return f"{planted['dose']} repeats" if planted.get("unit") == "times" else f"{planted['dose']} % of the members"


def _planted(one: Mapping[str, Any]) -> str:
    """Who is seen, or not, in words."""
    if one.get("unit") == "times":
        return f"{one['patients']:,} patients whose films a model learned {one['dose']} times"
    if one["dose"] == 100:
        return "all members released unchanged"
    return f"{dosed(one)} released unchanged ({one['patients']:,} of {one['of']:,} patients)"


def _origin(controls: Mapping[str, Any]) -> str:
    origin = controls["generated"]
    if origin is None or not origin["seen"]:
        return ""
    return f" Its classifier tells generated from real images (AUC {origin['auc']:.3f}), which is not membership."
