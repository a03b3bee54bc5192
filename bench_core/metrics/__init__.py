"""Features to scores. A folder is a family; one file a metric, and file, function and id are the same word."""
