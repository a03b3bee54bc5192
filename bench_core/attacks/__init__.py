"""Who was in the training set? One file, one attack; `bench_core/membership/` has what they share."""
