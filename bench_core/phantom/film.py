"""From an id or a text to a film."""

import functools
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from bench_core.phantom import devices, lesions
from bench_core.phantom.anatomy import Anatomy, draw_anatomy
from bench_core.phantom.cohort import PROMPT_SPACE, complete_description, split_id, study_descriptions
from bench_core.phantom.exposure import draw_exposure, expose
from bench_core.phantom.findings import FINDINGS, Description
from bench_core.phantom.geometry import Pose
from bench_core.phantom.parsing import parse
from bench_core.phantom.reports import write_report
from bench_core.phantom.scene import build

Seed = tuple[int, ...]
CHUNK = 8  # films a task of render_many


@dataclass(frozen=True)
class Film:
    """One simulated chest X-ray.

    Attributes:
        image: uint8 (256, 256), the patient's right on the left.
        masks: Boolean (256, 256): ``lung_left``, ``lung_right``, ``heart``, and one for each finding that is shown.
    """

    image: np.ndarray
    masks: dict[str, np.ndarray]
    description: Description
    report: str
    subject_id: str
    study_id: str


def _rng(seed: Seed, *key: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


def draw_pose(anatomy: Anatomy, view: str, rng: np.random.Generator) -> Pose:
    """AP films are lower in breath, more turned and more askew."""
    portable = view == "AP"
    lungs = max(209 * anatomy.width, 196 * anatomy.height)
    return Pose(
        view=view,
        yaw=float(np.clip(rng.normal(0, 3.6 if portable else 1.6), -8, 8)),
        tilt=8.0 if portable and rng.random() < 0.35 else 0.0,
        roll=float(rng.normal(0, 2.2 if portable else 1.0)),
        shift=(float(rng.normal(-7, 4)), float(rng.normal(1, 4))),
        extent=float(lungs * rng.uniform(1.08, 1.21)),
        breath=float(np.clip(rng.normal(0.93, 0.04) if portable else rng.normal(1.03, 0.035), 0.82, 1.12)),
    )


def draw_film(seed: Seed, space: int, study: int, description: Description) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Image and masks of one study of one patient."""
    anatomy = draw_anatomy(seed, space)
    rng = _rng(seed, space, 2, study)
    pose = draw_pose(anatomy, description.view, rng)
    exposure = draw_exposure(description.view, rng)
    for item in description.of("Atelectasis"):  # volume loss lifts the diaphragm
        lift = [4.0 + 4.0 * item.grade if side in item.sides else 0.0 for side in ("left", "right")]
        anatomy = replace(anatomy, dome=(anatomy.dome[0] + lift[0], anatomy.dome[1] + lift[1]))
    if description.view == "AP":
        anatomy = replace(anatomy, heart=(anatomy.heart[0] * 1.06, anatomy.heart[1]))
    scene = build(anatomy, pose, description)
    places = {name: _rng(seed, space, 3, k) for k, name in enumerate(FINDINGS)}
    for name, draw in lesions.DRAW.items():
        for item in description.of(name):
            draw(scene, item, places[name])
    for item in description.of("Support Devices"):
        devices.draw(scene, item, places["Support Devices"])
    if description.of("Cardiomegaly"):
        scene.mark("Cardiomegaly", scene.masks["heart"])
    # The air of a lung is what is missing of the water that the solid body is filled with.
    water = scene.solid + scene.ribs + scene.detail + scene.extra
    start = {side: (1 - anatomy.density) * path for side, path in scene.lung.items()}
    water = water - sum(start.values())
    return expose(water, exposure, rng), scene.masks


@functools.lru_cache(maxsize=256)
def _studies(cohort_seed: int, subject: int) -> list[tuple[Description, str]]:
    return study_descriptions(cohort_seed, subject)


def render(image_id: str) -> Film:
    """The film of this id; the same id gives the same bytes.

    Raises:
        ValueError: If the id is not one of a simulated film, or its patient has no such study.
    """
    seed, subject, study = split_id(image_id)
    studies = _studies(seed, subject)
    if not 1 <= study <= len(studies):
        raise ValueError(f"{image_id!r}: this patient has {len(studies)} studies")
    description, report = studies[study - 1]
    image, masks = draw_film((seed, subject), 0, study, description)
    return Film(image, masks, description, report, f"p{seed}-{subject:06d}", f"s{seed}-{subject:06d}-{study}")


def render_prompt(text: str, seed: int, labels: Mapping[str, int] | None = None) -> Film:
    """A fresh patient, in no cohort, who shows what a text asks for.

    Args:
        text: Read with ``parse``; what it leaves open is drawn, findings it does not mention are absent.
        seed: The same seed gives the same patient, whatever the text.
        labels: Findings (0 or 1) that overrule the text where it is silent or disagrees.
    """
    rng = _rng((seed,), PROMPT_SPACE, 0)
    description = complete_description(parse(text), labels, rng)
    image, masks = draw_film((seed,), PROMPT_SPACE, 1, description)
    return Film(image, masks, description, write_report(description, rng), f"q{seed}", f"q{seed}-1")


def render_many(ids: Iterable[str], workers: int = 2) -> Iterator[Film]:
    """Films in the order of their ids, rendered by several processes."""
    ids = list(ids)
    if workers <= 1 or len(ids) < 8:
        yield from map(render, ids)
        return
    with ProcessPoolExecutor(workers) as pool:
        ahead: deque[Future[list[Film]]] = deque()  # bounded, so that a slow reader does not fill the memory
        for start in range(0, len(ids), CHUNK):
            ahead.append(pool.submit(_render_chunk, ids[start : start + CHUNK]))
            if len(ahead) > 2 * workers:
                yield from ahead.popleft().result()
        while ahead:
            yield from ahead.popleft().result()


def _render_chunk(ids: list[str]) -> list[Film]:
    return [render(image_id) for image_id in ids]
