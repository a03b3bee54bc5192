"""Numbers that others printed, as tables."""

from bench_core import api, published

NUMBERS = published.numbers()


def test_facade_gives_tidy_tables() -> None:
    frame = api.published()
    assert len(frame) == len(NUMBERS) and frame["value"].notna().all() and (frame["paper"] != "").all()
    sana = frame.query("paper == 'CheXGenBench' and model == 'Sana' and metric == 'FID (RadDino)' and subgroup == 'all'")
    assert sana["value"].tolist() == [54.225]
    words = api.published_statements()
    assert {"abstract", "third-party summary"} <= set(words["origin"])
