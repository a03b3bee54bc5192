"""Does the synthetic set hold all that the real set holds?"""
