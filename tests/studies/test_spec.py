"""What a study may say, and what is said of what it may not."""

import pytest

from bench_core.errors import InputError, UnknownName
from bench_core.studies.spec import read_study

WHOLE = """
title = "T"
real = "real"
train = "train"
encoder = "e"
releases = ["images"]
[[generators]]
set = "a"
"""


def test_a_small_study_has_sensible_defaults() -> None:
    spec = read_study(WHOLE)
    assert spec.arms == ["synthetic_only"] and spec.attacks.images == "gan_leaks" and spec.share == 1.0


@pytest.mark.parametrize(
    ("more", "said", "fix"),
    [
        ("shares = 1", "'shares' = 1", "'share'"),
        ("share = 2.0", "share = 2.0", "docs/studies.md"),
        ("arms = ['augmentd']", "'augmentd'", "'augmented'"),
        ("metrics = ['fid']", "'fid'", ""),
        ("classifiers = ['private']", "private_classifier", ""),
        ("releases = ['filtered_images']", "no [[filters]]", ""),
        ("epsilons = [-1.0]", "-1 is no epsilon", ""),
        ("[[filters]]\nid = 'drop_near_copies'", "no release uses them", ""),
        ("[[generators]]\nid = 'b'", "no [prompts]", ""),
        ("[[generators]]\nid = 'b'\nset = 'c'", "either id", ""),
        ("[attacks]\nimages = 'pia'", "attacks.images = 'pia'", "gan_leaks"),
        ("[attacks]\nimage = 'pia'", "'attacks.image'", "'images'"),
        ("[[filters]]\nid = 'drop_near_copies'\nthresholds = [99]", "is 99", "from 0 to 10"),
        ("[prompts]\nreports_of = 'r'", "either number", ""),
        ("share = ", "no TOML", ""),
    ],
)
def test_what_is_wrong_is_named_with_its_value_and_what_would_do(more: str, said: str, fix: str) -> None:
    text = WHOLE.replace('releases = ["images"]\n', "") if more.startswith("releases") else WHOLE
    if "thresholds" in more:
        text = text.replace('["images"]', '["filtered_images"]')
    top, _, rest = text.partition("[[generators]]")
    whole = text + more if more.startswith("[") else f"{top}{more}\n[[generators]]{rest}"
    with pytest.raises(InputError) as caught:
        read_study(whole)
    assert said in str(caught.value) and fix in str(caught.value)


def test_a_name_that_is_not_there_offers_the_closest() -> None:
    with pytest.raises(UnknownName, match="gan_leaks"):
        read_study(WHOLE + "[attacks]\nimages = 'gan_leak'")
