"""The reading room: the document in which a reader reads, its script, and the addresses that it asks."""
