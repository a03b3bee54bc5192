"""Features to scores. A folder is a family; one file per metric, and file, function and id are the same word."""
