"""Is a model that learned from synthetic images of use on real ones?"""
