"""One training: steps on batches that the stages of an arm draw, looked at on validation images, kept as it was at the best look."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

from bench_core.arms.materials import Stage, joined
from bench_core.downstream.checkpoint import Checkpoint
from bench_core.downstream.measures import auroc
from bench_core.training.arithmetic import PLAIN, Arithmetic

if TYPE_CHECKING:
    from torch import Tensor, nn

Classifier = Literal["linear", "mlp", "knn", "private", "convnet", "fine_tuned"]
LOOKS = 12
"""How often a training is looked at on validation images; it is kept as it was at the best of these."""
HEAVIEST = 20.0
"""Most that a positive of a rare finding counts beside a negative."""
AT_ONCE = 256
WARM, FLOOR = 0.2, 0.02
"""Of the steps of a network on pixels, those in which its rate rises; the share of the rate at which it ends."""


class Values(Protocol):
    """What a classifier sees of images, by row: an array of features, or films that are read when they are needed."""

    def __len__(self) -> int:
        """How many images."""

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:
        """Those rows."""


@dataclass(frozen=True)
class Examples:
    """Images to learn from or to be asked about: what is seen of them, features (N, D) or films, and targets (N, F), NaN where unknown.

    Attributes:
        patients: (N,) int, equal numbers for films of one patient; only `private` training asks for them.
    """

    values: Values
    targets: np.ndarray
    patients: np.ndarray | None = None

    def take(self, rows: np.ndarray) -> Examples:
        """Those rows."""
        return Examples(self.values[rows], self.targets[rows], None if self.patients is None else self.patients[rows])


@dataclass(frozen=True)
class Training:
    """How every arm is trained.

    Attributes:
        steps: of every arm, whatever it learns from. epochs: instead of steps, passes over what an arm learns from.
        balanced: positives of rare findings count more, up to HEAVIEST.
        kept_by: which look at the validation images is the best one.
        epsilon: of `private` training, whose unit is the patient.
        warms: the rate rises first and then falls to FLOOR of it, over the whole training, stages or not; else it stays.
    """

    classifier: Classifier = "linear"
    steps: int = 400
    batch: int = 256
    rate: float = 0.01
    decay: float = 1e-3
    balanced: bool = False
    looks: int = LOOKS
    epochs: int | None = None
    kept_by: Literal["auroc", "loss"] = "auroc"
    warms: bool = False
    epsilon: float | None = None

    def steps_over(self, rows: int) -> int:
        """Steps of a training that learns from so many rows."""
        return self.steps if self.epochs is None else max(self.looks, -(-self.epochs * rows // self.batch))

    def rate_at(self, share: float) -> float:
        """The rate when so much of the steps is done: up in a line, down along a cosine."""
        if not self.warms:
            return self.rate
        if share < WARM:
            return self.rate * max(FLOOR, share / WARM)
        return self.rate * (FLOOR + (1 - FLOOR) * (1 + float(np.cos(np.pi * (share - WARM) / (1 - WARM)))) / 2)


@dataclass(frozen=True)
class Trained:
    """What a training says of other images: probabilities (N, F); and after how many of its steps it was kept."""

    validation: np.ndarray
    test: np.ndarray
    kept_at: int


@dataclass(frozen=True)
class Learned:
    """A trained classifier that can be asked: `scores` gives probabilities (N, F) of what is seen of images."""

    scores: Callable[[Values], np.ndarray]
    kept_at: int

    def trained(self, validation: Values, tested: Values) -> Trained:
        """What it says of these images."""
        return Trained(self.scores(validation), self.scores(tested), self.kept_at)


@dataclass(frozen=True)
class Network:
    """A network that is about to learn.

    Attributes:
        make: builds it, with a start that torch's seed decides.
        present: what it is called with, from what is seen of a batch and whether it is learned from now.
        checkpoint: where a training that takes long leaves what it needs to go on; None: nowhere.
    """

    make: Callable[[], nn.Module]
    present: Callable[[np.ndarray, bool], Tensor]
    device: str = "cpu"
    way: Arithmetic = PLAIN
    checkpoint: Checkpoint | None = None
    told: Callable[[float], None] = field(default=lambda share: None)
    """Hears at every look how much of the training is done; may raise to stop it, and the checkpoint is written by then."""


@dataclass
class _State:
    """Where a training is."""

    network: Network
    module: Any
    called: Any
    optimiser: Any
    rng: np.random.Generator
    best: float = -np.inf
    kept: dict[str, Any] = field(default_factory=dict)
    kept_at: int = 0
    done: int = 0

    def scores(self, values: Values) -> np.ndarray:  # (N, F)
        """Probabilities of other images."""
        import torch

        self.module.eval()
        out = []
        with torch.no_grad():
            for start in range(0, len(values), AT_ONCE):
                rows = np.arange(start, min(start + AT_ONCE, len(values)))
                with self.network.way.cast(self.network.device):
                    logits = self.called(self.network.present(values[rows], False))
                out.append(torch.sigmoid(logits.float()).cpu().numpy())
        self.module.train()
        return np.concatenate(out).astype(np.float64)

    def keep_if_best(self, score: float) -> None:
        """Keeps the weights as they are, if no look before was better."""
        if score > self.best:
            self.best, self.kept_at = score, self.done
            self.kept = {name: value.detach().clone() for name, value in self.module.state_dict().items()}

    def save(self, name: str) -> None:
        """Leaves all that is needed to go on, under the name of the training."""
        import torch

        assert self.network.checkpoint is not None
        moments = self.optimiser.state_dict()["state"]
        tensors = {f"net.{n}": v for n, v in self.module.state_dict().items()} | {f"kept.{n}": v for n, v in self.kept.items()}
        tensors |= {f"{kind}.{i}": own[kind] for i, own in moments.items() for kind in ("exp_avg", "exp_avg_sq")}
        tensors["chance"] = torch.get_rng_state()
        about = {"best": self.best, "kept_at": self.kept_at, "done": self.done, "rng": self.rng.bit_generator.state}
        self.network.checkpoint.write(name, tensors, about)

    def resume(self, name: str) -> None:
        """Goes on where the training of that name was stopped, if it was."""
        import torch

        found = self.network.checkpoint.read(name) if self.network.checkpoint is not None else None
        if found is None:
            return
        tensors, about = found
        self.module.load_state_dict({n.removeprefix("net."): v for n, v in tensors.items() if n.startswith("net.")})
        self.kept = {n.removeprefix("kept."): v.to(self.network.device) for n, v in tensors.items() if n.startswith("kept.")}
        self.best, self.kept_at, self.done = about["best"], about["kept_at"], about["done"]
        self.rng.bit_generator.state = about["rng"]
        moments: dict[int, dict[str, Any]] = {}
        for name_of, value in tensors.items():
            kind, _, number = name_of.partition(".")
            if kind in ("exp_avg", "exp_avg_sq"):
                moments.setdefault(int(number), {"step": torch.tensor(float(self.done))})[kind] = value
        self.optimiser.load_state_dict(self.optimiser.state_dict() | {"state": moments})
        torch.set_rng_state(tensors["chance"])


def learn(network: Network, pool: Examples, stages: Sequence[Stage], validation: Examples, how: Training, seed: int) -> Learned:
    """AdamW on binary cross-entropy; every stage has its share of the steps; the best look on validation images is what is kept."""
    import torch

    with torch.random.fork_rng(devices=[] if network.device == "cpu" else [network.device]):
        torch.manual_seed(seed)
        module = network.make().to(network.device).train()
        optimiser = torch.optim.AdamW(module.parameters(), lr=how.rate, weight_decay=how.decay)
        state = _State(network, module, network.way.ready(module), optimiser, np.random.default_rng(seed))
        rows = joined([s.rows for s in stages])
        steps = how.steps_over(len(rows))
        name = f"{seed} {steps} {blake2b(b' '.join(s.rows.astype(np.int64).tobytes() for s in stages)).hexdigest()}"
        state.resume(name)
        heavier = torch.as_tensor(_weight(pool.targets[rows]) if how.balanced else np.ones(pool.targets.shape[1]), dtype=torch.float32)
        looks = {round(steps * (i + 1) / how.looks) for i in range(how.looks)}
        for stage in _by_step(stages, steps)[state.done :]:
            _step(state, pool, stage, how, heavier.to(network.device), state.done / steps)
            if state.done in looks:
                state.keep_if_best(_value(state.scores(validation.values), validation.targets, how.kept_by))
                if network.checkpoint is not None and state.done < steps:
                    state.save(name)
                network.told(state.done / steps)
        module.load_state_dict(state.kept or module.state_dict())
        return Learned(state.scores, state.kept_at)


def _by_step(stages: Sequence[Stage], steps: int) -> list[Stage]:
    """The stage of every step."""
    return [stage for stage in stages for _ in range(round(steps * stage.share))]


def _step(state: _State, pool: Examples, stage: Stage, how: Training, heavier: Tensor, share: float) -> None:
    import torch

    network = state.network
    rows = state.rng.choice(stage.rows, how.batch)
    targets = torch.as_tensor(pool.targets[rows], dtype=torch.float32, device=network.device)
    for group in state.optimiser.param_groups:
        group["lr"] = how.rate_at(share)
    with network.way.cast(network.device):
        logits = state.called(network.present(pool.values[rows], True))
    loss = _loss(logits.float(), targets, heavier)
    state.optimiser.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    state.optimiser.step()
    state.done += 1


def _loss(logits: Tensor, targets: Tensor, heavier: Tensor) -> Tensor:
    from torch.nn import functional

    known = ~targets.isnan()
    each = functional.binary_cross_entropy_with_logits(logits, targets.nan_to_num(0.0), reduction="none", pos_weight=heavier)
    return (each * known).sum() / known.sum().clamp(min=1)


def _weight(targets: np.ndarray) -> np.ndarray:  # (N, F) -> (F,)
    positive, negative = (targets > 0.5).sum(axis=0), (targets < 0.5).sum(axis=0)
    found: np.ndarray = np.clip(negative / np.maximum(positive, 1), 1 / HEAVIEST, HEAVIEST)
    return found


def _value(scores: np.ndarray, targets: np.ndarray, by: Literal["auroc", "loss"]) -> float:
    """How good a look is: higher is better."""
    if by == "auroc":
        return _mean_auroc(scores, targets)
    known = ~np.isnan(targets)
    likely = np.clip(np.where(targets > 0.5, scores, 1 - scores)[known], 1e-7, 1)
    return float(np.log(likely).mean()) if known.any() else 0.0


def _mean_auroc(scores: np.ndarray, targets: np.ndarray) -> float:
    """Over the findings that have positives and negatives; 0.5 where none has."""
    found = []
    for finding in range(scores.shape[1]):
        use = (targets[:, finding] == 0) | (targets[:, finding] == 1)
        found.append(auroc(scores[use, finding], targets[use, finding], np.ones((1, use.sum())))[0] if use.any() else np.nan)
    return float(np.nanmean(found)) if not np.isnan(found).all() else 0.5
