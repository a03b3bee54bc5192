"""Colours, marks and the way numbers are written."""
