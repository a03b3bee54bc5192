"""Kinds of runs: one file each, found by looking (`registry.run_kinds`), with how it is checked and how it is carried out."""
