"""Images to features: read and decoded ahead, a batch at a time, here or on a cluster."""
