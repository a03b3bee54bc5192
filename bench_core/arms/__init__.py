"""What a classifier learns from: one file an arm. All arms of a study take equally many steps with equally large batches."""
