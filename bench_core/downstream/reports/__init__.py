"""Reports that a model predicted, here or elsewhere, scored beside the reports of the same films."""
