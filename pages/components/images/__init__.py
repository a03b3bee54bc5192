"""Images: grids, the viewer, two side by side."""
