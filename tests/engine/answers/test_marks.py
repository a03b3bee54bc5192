"""Marks: what may be said of which pair, and what the table tells."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bench_core import api
from bench_core.errors import InputError, UnknownName
from bench_core.store.workspace import Workspace

MARKS_AND_DIES = """
import os, signal
from bench_core import api
api.mark("fresh", "{image}", "train", "{film}", "copy", "ann")
os.kill(os.getpid(), signal.SIGKILL)
"""


def ids(name: str) -> list[str]:
    return list(api.find_set(name).table["image_id"])


def test_the_last_word_stands_and_the_history_has_all(study: Workspace) -> None:
    (image, other), (film, *_) = ids("fresh")[:2], ids("train")
    api.mark("fresh", image, "train", film, "copy", "ann")
    api.mark("fresh", image, "train", film, "harmless", "bob")
    api.mark(api.find_set("fresh").id, other, "train", film, "same patient")
    stand = api.marks("fresh", "train")
    assert stand[["image_id", "mark", "author"]].values.tolist() == [[image, "harmless", "bob"], [other, "same patient", "local"]]
    assert set(stand["set_name"]) == {"fresh"} and set(stand["train_name"]) == {"train"} and stand["stands"].all()
    api.mark("fresh", image, "train", film, None, "bob")
    assert api.marks("fresh")["image_id"].tolist() == [other]
    whole = api.marks(history=True)
    assert whole["mark"].tolist() == ["copy", "harmless", "same patient", ""]
    assert whole["stands"].tolist() == [False, False, True, True] and whole["created"].is_monotonic_increasing


def test_what_cannot_be_said_is_refused_with_the_reason(study: Workspace) -> None:
    image, film = ids("fresh")[0], ids("train")[0]
    with pytest.raises(InputError, match="'twin'"):
        api.mark("fresh", image, "train", film, "twin")
    with pytest.raises(InputError, match="'real' is of real images"):
        api.mark("real", ids("real")[0], "train", film, "copy")
    with pytest.raises(InputError, match="name is empty"):
        api.mark("fresh", image, "train", film, "copy", " ")
    for pair in ((image, "nobody"), ("nobody", film)):
        with pytest.raises(UnknownName, match="nobody"):
            api.mark("fresh", pair[0], "train", pair[1], "copy")
    with pytest.raises(UnknownName, match="nowhere"):
        api.marks("nowhere")
    assert api.marks().empty


def test_what_was_said_outlives_its_process(study: Workspace) -> None:
    image, film = ids("fresh")[0], ids("train")[0]
    environment = {**os.environ, "BENCH_HOME": str(study.config.home), "BENCH_DATABASE_URL": study.config.database_url}
    script = MARKS_AND_DIES.format(image=image, film=film)
    ended = subprocess.run([sys.executable, "-c", script], env=environment, cwd=Path(api.__file__).parents[2], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert api.marks("fresh")[["image_id", "mark", "author"]].values.tolist() == [[image, "copy", "ann"]]
