from tests.benchmarks.scripts import run_here


def test_every_planted_row_is_found_and_times_are_told() -> None:
    ended = run_here("copy_search.py", "--synthetic", "300", "--train", "5000", "--dimensions", "32")
    said = dict(line.split(": ") for line in ended.stdout.splitlines())
    assert ended.returncode == 0, ended.stderr
    assert said["found"] == said["planted"] == "3"
    assert float(said["ratio"]) > 0 and float(said["search_s"]) > 0
