"""A report of one synthetic set as a single HTML file, two reports compared, and both as PDF."""
