"""Models and metrics: the cards, what is missing to run one, settings, adding one."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench_core import api
from bench_core.cards import EncoderCard, GeneratorCard
from bench_core.engine.generation.estimate import Estimate
from bench_core.engine.requests.dry_run import Memory, ModelCheck
from bench_core.generators.backend import Lack
from bench_core.registry import Metric
from bench_core.settings_model import Settings
from tests.pages.fake.state import State

REFERENCE = api.Reference("id-phantom-real", "id-phantom-train", "phantom-eye", "Simulated cohort")
GENERATORS = ("phantom-ldm", "phantom-ldm-early", "phantom-ldm-overfit", "phantom-gan", "phantom-vae", "phantom-oracle", "copycat")


SKILL = {
    "phantom-oracle": 0.0,
    "phantom-ldm": 0.25,
    "phantom-gan": 0.5,
    "phantom-ldm-early": 0.8,
    "phantom-vae": 1.0,
    "copycat": 0.02,
    "phantom-ldm-overfit": 0.35,
}


COPYING = {"copycat": 0.95, "phantom-ldm-overfit": 0.62}


METRICS = {
    "frechet_distance": ("Frechet distance", "fidelity", "minimize", (0.0, None), 4.4, 55.0, True),
    "kernel_distance": ("Kernel distance", "fidelity", "minimize", (None, None), 0.0004, 0.2, False),
    "precision": ("Precision", "fidelity", "maximize", (0.0, 1.0), 0.78, -0.5, False),
    "density": ("Density", "fidelity", "maximize", (0.0, None), 0.97, -0.6, False),
    "recall": ("Recall", "variety", "maximize", (0.0, 1.0), 0.77, -0.6, False),
    "coverage": ("Coverage", "variety", "maximize", (0.0, 1.0), 0.9, -0.6, False),
    "image_text_alignment": ("Image-text alignment", "alignment", "maximize", (-1.0, 1.0), 0.41, -0.2, False),
    "finding_agreement": ("Finding agreement", "alignment", "maximize", (0.0, 1.0), 0.86, -0.25, False),
    "copy_share": ("Copies a training image", "privacy", "minimize", (0.0, 1.0), 0.12, 0.8, False),
    "authenticity": ("Authenticity", "privacy", "maximize", (0.0, 1.0), 0.83, -0.7, False),
    "closer_to_train": ("Closer to train than to real", "privacy", "minimize", (0.0, 1.0), 0.5, 0.45, False),
    "nearest_train_distance": ("Distance to nearest training image", "privacy", "maximize", (0.0, None), 1.1, -0.9, False),
    "tstr_auroc": ("TSTR AUROC", "utility", "maximize", (0.0, 1.0), 0.86, -0.2, False),
    "trtr_auroc": ("TRTR AUROC", "utility", "maximize", (0.0, 1.0), 0.87, 0.0, False),
}


PROTOCOL = ("frechet_distance", "kernel_distance", "precision", "density", "recall", "coverage", "image_text_alignment")


def metric_of(name: str) -> Metric:
    """A metric as the registry describes it, with a function that is never called."""
    title, family, goal, bounds, _, _, log = METRICS[name]

    def function(real: Any, synthetic: Any, *, k: int = 5) -> None: ...

    return Metric(
        id=name,
        title=title,
        family=family,
        goal=goal,
        bounds=bounds,
        paper="arXiv:1706.08500",
        min_samples=10,  # type: ignore[arg-type]
        function=function,
        reads=("real", "synthetic"),
        settings=Settings,
        log_axis=log,
        summary=f"What {title} says, in one line.",
    )


class Catalogue(State):
    """The functions of the facade about models and metrics."""

    def metrics(self) -> dict[str, Metric]:
        return {name: metric_of(name) for name in METRICS}

    def generators(self) -> dict[str, GeneratorCard]:
        return {
            g: GeneratorCard(
                id=g,
                title=g,
                backend="diffusers",
                family="diffusion",
                summary="A small model of the simulated cohort.",
                licence="Apache-2.0",
                trained_on="10,000 simulated films",
                color=i,
                needs_train=g == "copycat",
                settings={"num_inference_steps": 20, "guidance_scale": 3.0},
            )
            for i, g in enumerate(GENERATORS)
        }

    def encoders(self) -> dict[str, EncoderCard]:
        return {
            e: EncoderCard(id=e, title=e, backend="clip", dimensions=64, licence="Apache-2.0", reads_text=e == "phantom-eye")
            for e in ("phantom-eye", "pixels", "rad-dino")
        }

    def generator_missing(self, generator_id: str) -> str | None:
        return "its weights are not on this machine" if generator_id == "phantom-vae" else None

    def encoder_missing(self, encoder_id: str) -> str | None:
        return None

    def settings_schema(self, generator_id: str) -> list[api.SettingField]:
        return [
            api.SettingField("num_inference_steps", "int", 20, 1, 200, help="Denoising steps; more is slower."),
            api.SettingField("guidance_scale", "float", 3.0, 1.0, 20.0, help="How strictly the prompt is followed."),
            api.SettingField("scheduler", "choice", "ddim", choices=("ddim", "dpm++")),
            api.SettingField("height", "int", 256, 64, 1024),
            api.SettingField("width", "int", 256, 64, 1024),
            api.SettingField("negative_prompt", "str", ""),
        ]

    def settings_faults(self, generator_id: str, settings: Any) -> dict[str, str]:
        wrong = [name for name in ("height", "width") if settings.get(name, 256) % 8]
        return {name: f"{settings[name]} cannot be: it must be a multiple of 8." for name in wrong}

    def presets(self) -> dict[str, str]:
        return {f: f"Findings: {f.lower()}." for f in api.FINDINGS}

    def prompt_readings(self, generator_id: str, texts: Sequence[str]) -> list[api.Reading] | None:
        """phantom-ldm reads ten words."""
        if generator_id != "phantom-ldm":
            return None
        return [api.Reading(len(words), min(10, len(words)), " ".join(words[:10])) for words in map(str.split, texts)]

    def estimate(self, generator_id: str, settings: Any, count: int) -> Estimate:
        if generator_id == "phantom-oracle":
            return Estimate(None, "nothing of it was measured here yet")
        return Estimate(0.6 * count, "at the speed measured here")

    def draft_model(self, model_id: str, fields: Any) -> tuple[str, ModelCheck]:
        if not fields.get("repo_id"):
            raise api.InputError("A model is a hub id or a folder.", "Give one of them.")
        lack = Lack("The weights of owner/name are not on this machine", "hf download owner/name")
        memory = Memory(8e9, 25e9, 14e9, "the main memory (CPU)", "counted")
        return 'title = "My model"', ModelCheck(model_id, "My model", [lack], ["No revision is pinned."], [], {}, memory)

    def add_model(self, model_id: str, fields: Any, replace: bool = False) -> Path:
        self.added.append((model_id, fields, replace))
        return Path("/cards") / f"{model_id}.toml"
