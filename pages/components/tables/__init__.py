"""Tables and their downloads."""
