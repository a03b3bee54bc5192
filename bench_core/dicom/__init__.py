"""DICOM films as grey levels; only pixels leave this folder."""
