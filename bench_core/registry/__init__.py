"""Plug-ins, found by looking in their folder. A plug-in is one file; nothing else is edited, not even a list."""

from bench_core.registry.arms import Arm, arm, arms, find_arm
from bench_core.registry.attacks import KNOWLEDGE, TARGETS, Attack, AttackTarget, attack, attacks, find_attack
from bench_core.registry.backends import backend, encoder_backends, generator_backends
from bench_core.registry.faults import Fault, fault, faults, find_fault
from bench_core.registry.filters import Filter, Marks, Threshold, filter_of, filters, find_filter
from bench_core.registry.layouts import Layout, find_layout, layout, layouts
from bench_core.registry.metrics import FAMILIES, SETS, Family, Goal, Metric, Target, find_metric, metric, metrics, question_of, target
from bench_core.registry.report_scores import ReportScore, Tallies, find_report_score, report_score, report_scores
from bench_core.registry.runs import Request, RunKind, find_run_kind, run_kind, run_kinds, spec_of, stored_spec

__all__ = [
    "FAMILIES", "KNOWLEDGE", "SETS", "TARGETS", "Arm", "Attack", "AttackTarget", "Family", "Fault", "Filter", "Goal", "Layout", "Marks",
    "Metric", "Tallies", "ReportScore", "Request", "RunKind", "Target", "Threshold", "arm", "arms", "attack", "attacks", "backend",
    "encoder_backends", "fault", "faults", "filter_of", "filters", "find_arm", "find_attack", "find_fault", "find_filter", "find_layout",
    "find_metric", "find_report_score", "find_run_kind", "generator_backends", "layout", "layouts", "metric", "metrics", "question_of",
    "report_score", "report_scores", "run_kind", "run_kinds", "spec_of", "stored_spec", "target",
]  # fmt: skip
