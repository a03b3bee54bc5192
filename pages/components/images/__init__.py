"""Images: grids, and the card beside a point of a map."""
