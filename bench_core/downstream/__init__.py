"""Training for a task on real and synthetic images, tested on held-out patients: is the one of use for the other?"""
