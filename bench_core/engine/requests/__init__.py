"""What is asked for: checked before it is queued, estimated, deleted; models of one's own."""
