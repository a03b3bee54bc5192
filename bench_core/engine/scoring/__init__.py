"""Features to scores: metrics, their intervals, nulls and subgroups."""
