"""Reader studies: what is asked, which films are shown, in which order, what a browser is told, what is kept, and what comes out."""
