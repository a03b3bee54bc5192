"""Prompts to images: a batch at a time, its files beside the next one, here or on a cluster."""
