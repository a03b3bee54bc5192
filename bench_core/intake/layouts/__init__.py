"""Public data sets by name: one file a layout, found by looking in this folder.

A reader gets the data set's folder and what of it is imported (`columns.Selection`); it returns one row per image, in the columns that
`columns.py` names, and opens no image.
"""
