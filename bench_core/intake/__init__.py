"""Import of users' own images: a folder, or a table in any spelling that the field uses."""
