"""How one film must be moved to lie on another: shift, rotation, scale, mirror, whatever exposure and contrast."""
