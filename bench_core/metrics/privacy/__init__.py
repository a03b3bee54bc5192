"""Do synthetic images repeat training images? A pass is no proof of privacy (arXiv:2505.01524)."""
