"""Studies: tables of cells (generator, settings, filter, arm, classifier, release strategy) that one TOML file describes."""
