"""Student's t without `scipy.stats`, whose import takes as long as scoring a small set."""


def ppf(share: float, freedom: float) -> float:
    """The point below which that share of Student's t with so many degrees of freedom lies."""
    from scipy.special import stdtrit  # only where there are intervals

    return float(stdtrit(freedom, share))
