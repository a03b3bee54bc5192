"""Reports as texts: what they say, how alike two of them are, and the report that is read from a film."""
