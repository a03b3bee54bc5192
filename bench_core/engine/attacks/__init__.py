"""Attacks beside their controls: who plays, what is asked, and what may be said of it."""
