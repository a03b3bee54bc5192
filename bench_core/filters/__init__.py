"""What can be done about a set that is there: one file, one filter. A filter takes images away and never adds or changes one.

Each says one value of each synthetic image, and the threshold decides; so tightening a threshold takes away more of the same order, and
all thresholds can be looked at before one is chosen (`engine/answers/filters.py`).
"""
