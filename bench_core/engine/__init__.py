"""Carries out a run: `run.py` tells the story, each room is one part of it."""
