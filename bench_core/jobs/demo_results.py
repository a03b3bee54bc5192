"""What a first start would compute, computed beforehand: made by `demo_archive`, put into a workspace here, everything by content key.

The files in `bench_core/demo_results/` hold digests of the synthetic images, all numbers of the study, the map, nearest training images
and some thumbnails. What was made from other images, weights, cards, metrics or settings than those that are here has another key: it is
left where it is, and a worker computes what is asked for.
"""

from functools import cached_property

import pandas as pd

from bench_core.config import PROJECT
from bench_core.data import content_key
from bench_core.engine.catalogue import generator_card
from bench_core.engine.generation.images import Work, origin, row_columns, set_meta
from bench_core.engine.generation.prompt_lengths import readings_of
from bench_core.engine.keys import card_key
from bench_core.files import write_whole
from bench_core.registry import find_run_kind
from bench_core.spec import GenerateSpec, RunSpec
from bench_core.store.archive import Archive, RunRecord
from bench_core.store.bundled import BUNDLED
from bench_core.store.workspace import Workspace

FOLDER = PROJECT / "bench_core" / "demo_results"


class Results:
    """The results that come with the program, for one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    @cached_property
    def archive(self) -> Archive:
        """What the files hold; read when it is first asked for."""
        return Archive.read(FOLDER)

    def bring_set(self, spec: GenerateSpec, set_id: str) -> bool:
        """Writes the table of a set whose images are made when they are looked at; False where its digests did not come along."""
        digests = self.archive.digests.get(set_id)
        if digests is None or len(digests) != len(spec.prompts) * spec.count:
            return False
        workspace, card = self._workspace, generator_card(self._workspace.config, spec.generator.id)
        made_by = origin(card, card_key(card))
        work = Work(spec, made_by, readings_of(card, [prompt.text for prompt in spec.prompts]))
        rows = [{**row_columns(work, row), "path": f"{row:06d}.png", "digest": digest} for row, digest in enumerate(digests)]
        meta = {**set_meta(workspace, spec, made_by), BUNDLED: True}
        workspace.sets.write(set_id, "synthetic", pd.DataFrame(rows), meta)
        workspace.sets.claim_name(spec.name, set_id)
        return True

    def bring_derived(self) -> None:
        """Puts tables, small values, features and thumbnails of the sets that are here into the store."""
        here = {i for i in self._workspace.sets.listing()["id"] if self._workspace.sets.is_complete(i)}
        self._workspace.derived.write_entries([entry for entry in self.archive.entries if set(entry.sets) <= here])
        mine = {digest for set_id in here & set(self.archive.digests) for digest in self.archive.digests[set_id]}
        for encoder_key, (digests, values) in self.archive.features.items():
            known = [row for row, digest in enumerate(digests) if digest in mine]
            self._workspace.features.write(encoder_key, [digests[row] for row in known], values[known])
        for name, data in self.archive.thumbnails.items() if here & set(self.archive.digests) else ():
            path = self._workspace.thumbnails.folder / name
            if not path.exists():
                write_whole(path, lambda part, data=data: part.write_bytes(data))  # type: ignore[misc]

    def carry_out(self, spec: RunSpec, owner: str) -> bool:
        """Notes a run as done, with its numbers; False where what it would make did not come along."""
        request = find_run_kind(spec.kind).check(self._workspace, spec)
        found = self.archive.works.get(work_key(self._workspace, request.spec))
        if found is None:
            return False
        if self._is_there(request.spec, found):
            return True
        run_id = self._workspace.runs.record(request, owner=owner, message=f"{found.message}; came with TriadCXR", seconds=found.seconds)
        if found.rows:
            self._workspace.results.put_in(run_id, found.rows)
        return True

    def _is_there(self, spec: RunSpec, found: RunRecord) -> bool:
        if found.rows:
            return self._workspace.results.has_steps({row["step_key"] for row in found.rows})
        return any(self._workspace.runs.spec_of(row) == spec for row in self._workspace.runs.that_are_done(spec.kind))


def work_key(workspace: Workspace, spec: RunSpec) -> str:
    """Content key of everything that decides what a run of the study makes.

    Raises:
        TypeError: what runs of that kind make cannot be brought.
    """
    makes = find_run_kind(spec.kind).makes
    if makes is None:
        raise TypeError(spec.kind)
    return content_key("work", *makes(workspace, spec))
