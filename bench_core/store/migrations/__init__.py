"""Numbered migrations: modules `m0001_...`, each with `up(connection)`, found by looking in this folder, run once in order.

A migration that was released is never edited: it says what the database was, `tables.py` says what it is.
"""
