"""Every verb is described."""

import pytest

from bench_core.cli import main


@pytest.mark.parametrize(
    "verb",
    [
        "demo",
        "list",
        "phantom",
        "import",
        "import-results",
        "generate",
        "evaluate",
        "score",
        "compare",
        "neighbours",
        "project",
        "train",
        "clean",
        "delete",
        "worker",
        "serve",
        "check-model",
        "add-model",
        "run",
        "queue",
    ],
)
def test_every_verb_has_help(verb, capsys):
    with pytest.raises(SystemExit) as ended:
        main([verb, "--help"])
    assert ended.value.code == 0
    assert "usage" in capsys.readouterr().out
