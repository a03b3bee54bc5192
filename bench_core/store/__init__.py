"""Everything on disk: image sets, features by content key, runs and results in a database."""
