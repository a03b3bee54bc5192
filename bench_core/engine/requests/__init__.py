"""What is asked for: checked before it is queued, deleted; dry runs and models of one's own."""
