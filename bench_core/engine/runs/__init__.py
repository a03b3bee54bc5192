"""One file per kind of run, found by looking."""
