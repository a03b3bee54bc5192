"""Drawing masks of structures on films: a small U-Net, and how well its masks lie on the right ones."""
