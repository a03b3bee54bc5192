"""How good a predicted report is beside its reference: one file a score."""
