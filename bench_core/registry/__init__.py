"""Plug-ins, found by looking in their folder. A plug-in is one file; nothing else is edited, not even a list."""

from bench_core.registry.backends import backend, encoder_backends, generator_backends
from bench_core.registry.layouts import Layout, find_layout, layout, layouts
from bench_core.registry.metrics import FAMILIES, SETS, Family, Goal, Metric, Target, find_metric, metric, metrics, question_of, target

__all__ = [
    "FAMILIES", "SETS", "Family", "Goal", "Layout", "Metric", "Target", "backend", "encoder_backends", "find_layout", "find_metric",
    "generator_backends", "layout", "layouts", "metric", "metrics", "question_of", "target",
]  # fmt: skip
