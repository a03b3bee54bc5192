"""Image files: what a file is, by its first bytes, and its pixels as 8-bit grey."""
