"""Functions of data that draw: charts, tables, image grids, forms, the viewer, problems. Pages choose, these draw."""
