"""One module per group of verbs, one function per verb; each is imported when it is asked for."""
