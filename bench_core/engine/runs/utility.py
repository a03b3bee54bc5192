"""What a synthetic set is worth for training: arms trained on it and on controls, tested on held-out patients."""

from collections.abc import Mapping

import pandas as pd

from bench_core import registry
from bench_core.cards import EncoderCard
from bench_core.data import FINDINGS, ImageSet
from bench_core.downstream.asked import Asked
from bench_core.downstream.checkpoint import Checkpoint
from bench_core.downstream.study import Tested, UtilityStudy
from bench_core.engine.answers.utility import INDEX, expected_utility
from bench_core.engine.catalogue import encoder_card, encoder_missing, require
from bench_core.engine.encoding.encode import features_of, missing_count
from bench_core.engine.keys import card_key, utility_key
from bench_core.engine.models import Models
from bench_core.engine.progress import Reporter, Tally
from bench_core.engine.runs.plan import expected_seconds
from bench_core.engine.utility.changing import changes, encoded, shown
from bench_core.engine.utility.people import KINDS, subgroups, with_kinds
from bench_core.engine.utility.pixels import ON_PIXELS, check_tunable, films_of, labelled, pixels_of, read_all, training_of
from bench_core.engine.utility.roles import ROLES, check_roles
from bench_core.errors import InputError, UnknownName
from bench_core.registry import Request, run_kind
from bench_core.spec import UtilitySpec
from bench_core.store.derived import StepParts
from bench_core.store.workspace import Workspace

PER_TRAINING, ON_FILMS = 30, 1200
"""A training counts as much as encoding this many films, for the progress bar; one of a network on pixels as reading this many."""


def check(workspace: Workspace, spec: UtilitySpec) -> Request:
    """Named after the synthetic set; shared patients and sets in the wrong role are told here."""
    spec = _resolved(workspace, spec)
    images = workspace.sets.open(spec.synthetic)
    of = spec.classifier if spec.classifier == "convnet" else f"{spec.classifier_name}, {spec.encoder}"
    name = f"Utility of {images.name}, {of}"
    alike = expected_seconds(workspace, spec, lambda one: one.model_dump(exclude={"synthetic", "real", "train", "seed"}))
    return Request(spec, name[:120], spec.synthetic, model=spec.encoder, expected=expected_utility(spec) if alike is None else alike)


def in_words(spec: UtilitySpec) -> str:
    """Two utility runs of one set differ only in these words."""
    words = f"Utility, {spec.classifier}" + (f", {len(spec.arms)} arms" if spec.arms is not None else "")
    return words + (", as CheXGenBench" if spec.protocol == "chexgenbench" else "")


def decided_by(workspace: Workspace, spec: UtilitySpec) -> list[str]:
    """Where the figures are kept."""
    return [utility_key(spec, _card(workspace, spec), _images(workspace, spec))]


@run_kind(UtilitySpec, title="Utility", check=check, words=in_words, makes=decided_by)
def carry_out(workspace: Workspace, run_id: str, spec: UtilitySpec, models: Models, report: Reporter) -> str:
    """Trains all arms, compares them and stores what was found; what was found before is not found again."""
    card, images = _card(workspace, spec), _images(workspace, spec)
    key, used = utility_key(spec, card, images), [s.id for s in images.values()]
    if workspace.derived.table(key) is None:
        tally = Tally(report.at, 0, report.between)
        parts = StepParts(workspace.derived, key, used)
        checkpoint = Checkpoint(workspace.config.checkpoints / "utility" / f"{key}.safetensors")
        if spec.classifier in ON_PIXELS:
            study = _on_films(workspace, models, spec, card, images, tally, checkpoint)
        else:
            assert card is not None
            study = _on_features(workspace, models, spec, card, images, tally, report)
        study.parts, each = parts, ON_FILMS if study.pixels else PER_TRAINING
        tally.total += len(study.asked.cells) * study.asked.trainings * each
        _ = study.findings  # too few labels are said before films are read, and rendered where they are not there
        if study.pixels:
            read_all(study.films, study.read_ahead(), tally)
        rows, points = study.carried_out(lambda more, what: tally.batch(round(more * each), what))
        workspace.derived.write_table(f"{key}-curves", "utility curves", pd.DataFrame(points), used)
        workspace.derived.write_table(key, "utility", pd.DataFrame(rows), used)
        about: dict[str, object] = {name: getattr(spec, name) for name in ("real", "train", "synthetic", "protocol")}
        about["classifier"] = spec.classifier_name
        about |= {"key": key, "left_out": study.left_out, "set_name": images["synthetic"].name, "arithmetic": study.arithmetic}
        about["encoder_key"] = None if card is None else card_key(card)
        workspace.derived.write_value(f"{key}-about", INDEX, about, used)
        parts.forget()
        checkpoint.forget()
    else:  # written again, so that it is the newest answer
        workspace.derived.write_value(f"{key}-about", INDEX, workspace.derived.value(f"{key}-about"), used)
    return f"utility of {images['synthetic'].name}, {spec.classifier}"


def _on_features(
    workspace: Workspace, models: Models, spec: UtilitySpec, card: EncoderCard, images: Mapping[str, ImageSet], tally: Tally,
    report: Reporter,
) -> UtilityStudy:  # fmt: skip
    """The study of probes on features; what is not encoded yet is encoded."""
    tally.total += sum(missing_count(workspace, s, card) for s in images.values())
    seen = {
        role: with_kinds(features_of(workspace, models, s, card, tally, report.executor), s, _kinds(spec)) for role, s in images.items()
    }
    controls = changes(workspace, models, images["synthetic"], encoded(models, card, images["train"], tally))
    further = {s.name: Tested(seen[role], subgroups(s)) for role, s in images.items() if role not in ROLES}
    sets = {role: seen[role] for role in ROLES}
    return UtilityStudy(sets, asked_of(spec), controls, groups=subgroups(images["real"]), further=further)


def _on_films(
    workspace: Workspace, models: Models, spec: UtilitySpec, card: EncoderCard | None, images: Mapping[str, ImageSet], tally: Tally,
    checkpoint: Checkpoint,
) -> UtilityStudy:  # fmt: skip
    """The study of a network that learns from films."""
    asked = asked_of(spec)
    encoder = None if card is None else models.encoder(card)
    pixels, prepare = pixels_of(spec, asked.how, encoder, workspace.config.torch_device(), checkpoint)
    controls = changes(workspace, models, images["synthetic"], shown(images["train"], pixels.side, prepare, tally))
    known = {role: with_kinds(labelled(s), s, _kinds(spec)) for role, s in images.items()}
    further = {s.name: Tested(known[role], subgroups(s)) for role, s in images.items() if role not in ROLES}
    films = {role if role in ROLES else s.name: films_of(s, pixels.side, prepare, tally) for role, s in images.items()}
    sets, groups = {role: known[role] for role in ROLES}, subgroups(images["real"])
    return UtilityStudy(sets, asked, controls, groups=groups, further=further, pixels=pixels, films=films)


def asked_of(spec: UtilitySpec) -> Asked:
    """The study that a request asks for."""
    names = list(registry.arms()) if spec.arms is None else spec.arms
    ratios = (None,) if spec.ratios is None else tuple(spec.ratios)
    asked = Asked(
        names, tuple(spec.shares), ratios, spec.trainings, training_of(spec), spec.uncertain, spec.findings, spec.seed, tuple(spec.untold)
    )  # fmt: skip
    return asked.compatible() if spec.protocol == "chexgenbench" else asked


def _card(workspace: Workspace, spec: UtilitySpec) -> EncoderCard | None:
    """Of the encoder that a classifier learns from or begins with; the small network on pixels has none."""
    return None if spec.classifier == "convnet" else encoder_card(workspace.config, spec.encoder)


def _kinds(spec: UtilitySpec) -> list[str]:
    return [name for name in spec.untold if name in KINDS]


def _images(workspace: Workspace, spec: UtilitySpec) -> dict[str, ImageSet]:
    """The sets by role; further ones to test on by a role of their own."""
    roles = {"synthetic": spec.synthetic, "real": spec.real, "train": spec.train}
    return {role: workspace.sets.open(name) for role, name in (roles | {f"test {name}": name for name in spec.tests}).items()}


def _resolved(workspace: Workspace, spec: UtilitySpec) -> UtilitySpec:
    """The spec with ids of sets, and arms, findings and an encoder that are there."""
    roles = {role: workspace.sets.find(name) for role, name in (("synthetic", spec.synthetic), ("real", spec.real), ("train", spec.train))}
    tests = [workspace.sets.find(name) for name in spec.tests]
    if len({*roles.values(), *tests}) < len(roles) + len(tests):
        raise InputError("The same set was given for two roles.", "synthetic, real, train and further test sets must be different sets.")
    card = encoder_card(workspace.config, spec.encoder)
    if spec.classifier != "convnet":
        require(encoder_missing(workspace.config, spec.encoder), f"Encoder {spec.encoder!r}")
    if spec.classifier == "fine_tuned":
        check_tunable(card)
    arms = None if spec.arms is None else [registry.find_arm(name).id for name in spec.arms]
    for finding in [*(spec.findings or []), *(name for name in spec.untold if name not in KINDS)]:
        if finding not in FINDINGS:
            raise UnknownName("finding", finding, FINDINGS)
    spec = spec.model_copy(update={**roles, "arms": arms, "tests": tests})
    check_roles(_images(workspace, spec))
    return spec
