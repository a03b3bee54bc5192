"""Does a synthetic image look like a real one?"""
