"""A generate request reads each card once, and works out the generator's content key once for all images."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bench_core import api
from bench_core.cards import reading
from bench_core.engine import keys
from bench_core.store.workspace import Workspace
from tests.fakes import request


def test_cards_and_keys_are_worked_out_once_a_request(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: Counter[Path] = Counter()
    looked: list[Any] = []
    parse, key_of = reading.read_card, keys._card_key

    def counted(path: Path, model: type[Any]) -> Any:
        parsed[path] += 1
        return parse(path, model)

    def looked_through(*card_and_files: Any) -> str:
        looked.append(card_and_files)
        return key_of(*card_and_files)

    monkeypatch.setattr(reading, "read_card", counted)
    monkeypatch.setattr(keys, "_card_key", looked_through)
    reading._kept_card.cache_clear()
    run_id = api.submit(request(prompts=3, count=2))
    assert len(looked) == 1, "the content key of the set"
    run = api.wait(run_id)
    assert run.status == "done", run.error
    assert len(looked) == 2, "once more by whoever makes the images, however many there are"
    assert parsed and set(parsed.values()) == {1}
    told = [api.read_provenance(api.find_set(run.set_id).path(i).read_bytes()) for i in range(6)]
    assert len({one["card"] for one in told if one}) == 1
