"""Ways to change a film, by how much: of faults, of planted copies and of films that an encoder learns from. One place for all of them."""
