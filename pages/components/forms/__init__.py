"""Forms: prompts, settings, imports, models of one's own."""
