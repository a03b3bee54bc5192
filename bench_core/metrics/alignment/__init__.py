"""Does an image show what its prompt asked for?"""
