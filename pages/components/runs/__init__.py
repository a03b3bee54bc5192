"""Runs as pages show them: asked for, followed, listed."""
