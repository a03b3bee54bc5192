"""Which synthetic image shows which training image: exact search, calibration by held-out patients, detectors and their vote."""
