"""Public data sets by name: one file a layout, found by looking in this folder.

A reader gets the data set's folder and what is asked (`columns.Asked`); it returns one row an image, in the columns that
`columns.py` names, and opens no image.
"""
