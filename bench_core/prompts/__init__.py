"""Where texts come from: presets for each finding, reports of a set, a user's table."""
