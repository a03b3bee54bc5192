import re
from collections.abc import Sequence

from bench_core.registry import Tallies, report_score

_WORD = re.compile(r"[a-z0-9]+")


@report_score(title="ROUGE-L", paper="https://aclanthology.org/W04-1013/")
def report_rouge_l(predictions: Sequence[str], references: Sequence[str]) -> Tallies:
    """Mean F measure of the longest common subsequence of words, 0 to 1.

    References:
        Lin 2004, with precision and recall weighing the same, as in Google's rouge-score without stemming: case ignored, words are runs
        of letters and digits. Others give recall more weight (beta 1.2) and have other numbers.
    """
    return Tallies.of_means([rouge_l(p, r) for p, r in zip(predictions, references, strict=True)])


def rouge_l(prediction: str, reference: str) -> float:
    """Of one pair; 0 where one of them has no word."""
    ours, theirs = (_WORD.findall(text.lower()) for text in (prediction, reference))
    both = len(ours) + len(theirs)
    return 2 * common_subsequence(ours, theirs) / both if ours and theirs else 0.0


def common_subsequence(one: Sequence[str], other: Sequence[str]) -> int:
    """Length of the longest common subsequence, by bits of whole numbers (Hyyrö 2004, doi:10.1007/978-3-540-30213-1_5)."""
    places: dict[str, int] = {}
    for i, word in enumerate(one):
        places[word] = places.get(word, 0) | 1 << i
    full = (1 << len(one)) - 1
    row = full
    for word in other:
        hit = row & places.get(word, 0)
        row = ((row + hit) | (row - hit)) & full
    return len(one) - row.bit_count()
