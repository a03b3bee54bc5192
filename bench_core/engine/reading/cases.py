"""Which films a reader study shows, and in which order: balanced over sets and findings, decided by the seed alone."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench_core.data import FINDINGS, ImageSet
from bench_core.engine.reading.design import ReadingDesign
from bench_core.errors import InputError

Case = dict[str, Any]


def generator_of(*parts: object) -> np.random.Generator:
    """Random numbers that depend on these parts only, on any machine."""
    return np.random.default_rng(list(hashlib.sha256(repr(parts).encode()).digest()[:16]))


@dataclass
class _Pool:
    """The films of a set, one finding after the other, so that any number of them has each as often as can be."""

    images: ImageSet
    rows: list[int]
    taken: int = 0

    @classmethod
    def of(cls, images: ImageSet, random: np.random.Generator, usable: Callable[[int], bool]) -> "_Pool":
        groups: dict[str, list[int]] = {}
        for row in random.permutation(len(images)).tolist():
            if usable(row):
                groups.setdefault(first_finding(images, row), []).append(row)
        order = [groups[name] for name in sorted(groups)]
        longest = max(map(len, order), default=0)
        return cls(images, [group[turn] for turn in range(longest) for group in order if turn < len(group)])

    def take(self) -> int:
        """The next film.

        Raises:
            InputError: all were taken.
        """
        if self.taken == len(self.rows):
            raise InputError(
                f"Set {self.images.name!r} has {len(self.rows)} films that this study can show, and more are needed.",
                "Ask for fewer cases, less training, or name further sets.",
            )
        self.taken += 1
        return self.rows[self.taken - 1]


def first_finding(images: ImageSet, row: int) -> str:
    """The first finding among the labels of a film; `No Finding` or empty where it has none."""
    labels = images.table.iloc[row]
    there = [finding for finding in FINDINGS[1:] if labels.get(finding) == 1]
    return there[0] if there else FINDINGS[0] if labels.get(FINDINGS[0]) == 1 else ""


def choose_cases(design: ReadingDesign, real: ImageSet | None, synthetic: Sequence[ImageSet]) -> list[Case]:
    """All cases of a study: training, those that count, then repeats. No film is in two cases that are no repeats of each other.

    A case has: id, block, films (set and image ids), truth, generator, finding, prompt, own_prompt, repeat_of.

    Raises:
        InputError: a set has too few films.
    """
    random = generator_of("cases", design.seed)
    asks_prompt = "shows_prompt" in design.questions

    def usable(images: ImageSet) -> Callable[[int], bool]:
        prompts = images.table["prompt"].fillna("").astype(str).str.strip().tolist()
        return lambda row: bool(prompts[row]) if asks_prompt else True

    pools = {images.id: _Pool.of(images, random, usable(images)) for images in (*([real] if real else []), *synthetic)}
    found: list[Case] = []
    for block, count in (("training", design.training), ("main", design.cases)):
        kinds = _kinds(design, count, random)
        turns = [synthetic[i % len(synthetic)] for i in range(count)] if synthetic else []
        drawn = [_case(design, kind, turns.pop() if kind != "real" else None, real, pools, random) for kind in kinds]
        found += [{**case, "block": block, "repeat_of": ""} for case in drawn]
    if asks_prompt:
        _put_foils(design, found, random)
    names = _names(len(found) + design.repeats, random)
    for case in found:
        case["id"] = names.pop()
    again = _spread([case for case in found if case["block"] == "main"])[: design.repeats]
    return found + [{**case, "id": names.pop(), "block": "repeat", "repeat_of": case["id"]} for case in again]


def _kinds(design: ReadingDesign, count: int, random: np.random.Generator) -> list[str]:
    """What each of so many cases shows: `real`, `synthetic`, or several films."""
    if design.films_a_case > 1:
        return ["several"] * count
    real = round(count * design.real_share)
    if count >= 2 and len(design.kinds) == 2:
        real = min(max(real, 1), count - 1)
    return [str(kind) for kind in random.permutation(["real"] * real + ["synthetic"] * (count - real))]


def _case(
    design: ReadingDesign, kind: str, drawn: ImageSet | None, real: ImageSet | None, pools: dict[str, _Pool], random: np.random.Generator
) -> Case:
    films: list[tuple[ImageSet, int]] = []
    if kind != "synthetic" and real is not None:
        films.append((real, pools[real.id].take()))
    if drawn is not None:
        films += [(drawn, pools[drawn.id].take()) for _ in range(design.films_a_case - len(films))]
    truth, first = kind, films[0]
    if kind == "several":
        place = int(random.integers(len(films)))
        films.insert(place, films.pop(0))
        truth = str(place + 1)
    row = first[0].table.iloc[first[1]]
    return {
        "films": [{"set": images.id, "set_name": images.name, "image": str(images.table["image_id"].iat[at])} for images, at in films],
        "truth": truth, "generator": drawn.name if drawn is not None else "", "finding": first_finding(*first),
        "prompt": str(row["prompt"] or "") if "shows_prompt" in design.questions else "",
        "own_prompt": "yes" if "shows_prompt" in design.questions else "",
    }  # fmt: skip


def _put_foils(design: ReadingDesign, cases: list[Case], random: np.random.Generator) -> None:
    """Gives some cases the prompt of another one whose finding differs; those whose cases all show one finding get none.

    Raises:
        InputError: fewer can be given than were asked for.
    """
    for block in ("training", "main"):
        members = [case for case in cases if case["block"] == block]
        wanted = round(len(members) * design.foils)
        own = [(case["prompt"], case["finding"]) for case in members]
        given = 0
        for at in random.permutation(len(members)).tolist():
            others = [prompt for prompt, finding in own if finding != members[at]["finding"] and prompt != members[at]["prompt"]]
            if given < wanted and others:
                members[at].update(prompt=others[int(random.integers(len(others)))], own_prompt="no")
                given += 1
        if given < wanted:
            raise InputError(
                f"foils = {design.foils}: only {given} of {wanted} cases can get the prompt of a film with another finding.",
                "Take sets of several findings with labels, or no foils.",
            )


def _names(count: int, random: np.random.Generator) -> list[str]:
    """Names of cases that say nothing: numbers in an order that has nothing to do with blocks and sets."""
    width = max(3, len(str(count)))
    return [f"case{number + 1:0{width}d}" for number in random.permutation(count).tolist()]


def _spread(cases: Sequence[Case]) -> list[Case]:
    """The cases, one of each kind and set after the other."""
    groups: dict[tuple[str, str], list[Case]] = {}
    for case in cases:
        groups.setdefault((case["truth"], case["generator"]), []).append(case)
    longest = max(map(len, groups.values()), default=0)
    return [group[turn] for turn in range(longest) for group in groups.values() if turn < len(group)]


def sequence_of(design: ReadingDesign, cases: Sequence[Case], reader: str) -> list[str]:
    """Ids of all cases in the order in which a reader sees them, which depends on the seed and the reader's name.

    Training first. Both halves of the rest hold each kind and set alike, so that learning is not mistaken for one of them; the first
    showing of what is repeated lies in the first half, and half of all cases between it and the repeat.
    """
    random = generator_of("order", design.seed, reader)
    blocks = {block: [case for case in cases if case["block"] == block] for block in ("training", "main", "repeat")}
    training = [blocks["training"][at] for at in random.permutation(len(blocks["training"])).tolist()]
    repeats = {case["repeat_of"]: case for case in blocks["repeat"]}
    shuffled = _spread([blocks["main"][at] for at in random.permutation(len(blocks["main"])).tolist()])
    half = (len(shuffled) + 1) // 2
    first = [case for case in shuffled if case["id"] in repeats]
    rest = [case for case in shuffled if case["id"] not in repeats]
    while len(first) < half:  # of the kind that the first half has fewest of, so far
        share = {kind: sum(_kind(c) == kind for c in first) / sum(_kind(c) == kind for c in shuffled) for kind in map(_kind, rest)}
        at = min(range(len(rest)), key=lambda i: share[_kind(rest[i])])
        first.append(rest.pop(at))
    first = [first[at] for at in random.permutation(len(first)).tolist()]
    second = [rest[at] for at in random.permutation(len(rest)).tolist()]
    for at, case in reversed(list(enumerate(first))):
        if case["id"] in repeats:
            second.insert(min(at, len(second)), repeats[case["id"]])
    return [case["id"] for case in (*training, *first, *second)]


def _kind(case: Case) -> tuple[str, str]:
    return case["truth"], case["generator"]
