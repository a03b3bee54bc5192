"""`tests/` mirrors the code: where each module's test lies, and which modules need none of their own."""

import ast
from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from tests.architecture.tree import PROJECT, Module, functions

CONTRACT = "tests/contract/test_metrics.py"
PAGES = "tests/pages/test_every_page.py"
ON_RAY = "tests/engine/cluster/test_runs_on_ray.py"

ELSEWHERE: dict[str, tuple[str, str]] = {
    "bench_core/__main__.py": ("tests/cli/test_cli.py", "it is run there as a program"),
    "bench_core/attacks/*.py": ("tests/contract/test_attacks.py", "promises that every attack keeps"),
    "bench_core/api/*.py": ("tests/engine/test_run.py", "the facade opens the workspace and calls; most tests go through it"),
    "bench_core/store/set_register.py": ("tests/store/test_image_sets.py", "the names and entries of the store of sets"),
    "bench_core/membership_spec.py": ("tests/engine/runs/test_patient_risk.py", "what those runs are asked"),
    "bench_core/matches.py": ("tests/engine/answers/test_reidentification.py", "what that answer is"),
    "bench_core/records.py": ("tests/store/test_earlier_workspace.py", "fields only, read from a stored workspace"),
    "bench_core/cards/generator.py": ("tests/engine/requests/test_adding.py", "fields of a card, all of them written and read"),
    "bench_core/encoders/biovil_networks.py": ("tests/encoders/test_biovil_t.py", "the network of that encoder"),
    "bench_core/encoders/deepssim_networks.py": ("tests/encoders/test_deepssim.py", "the network of that encoder"),
    "bench_core/encoders/eye_networks.py": ("tests/encoders/test_eye.py", "the network of that encoder"),
    "bench_core/encoders/identity_networks.py": ("tests/training/test_identity.py", "the network of that encoder"),
    "bench_core/encoders/resnet.py": ("tests/encoders/test_siamese.py", "the trunk of that network, and of BioViL-T's"),
    "bench_core/encoders/code_networks.py": ("tests/encoders/test_vqvae.py", "the network of that encoder"),
    "bench_core/encoders/inception_network.py": ("tests/encoders/test_inception.py", "the network of that encoder"),
    "bench_core/engine/answers/attacks.py": ("tests/engine/runs/test_attack.py", "rows are written by runs and read as tables"),
    "bench_core/engine/attacks/*.py": ("tests/engine/attacks/test_trial.py", "the parts of one trial"),
    "bench_core/engine/encoding/on_cluster.py": (ON_RAY, "all that goes to a cluster shares one, which takes long to start"),
    "bench_core/engine/generation/on_cluster.py": (ON_RAY, "all that goes to a cluster shares one, which takes long to start"),
    "bench_core/engine/scoring/*_on_cluster.py": (ON_RAY, "all that goes to a cluster shares one, which takes long to start"),
    "bench_core/engine/runs/generate.py": ("tests/engine/generation/test_images.py", "what it carries out"),
    "bench_core/engine/scoring/agenda.py": ("tests/engine/scoring/test_score_sets.py", "what can be scored, and what is said of the rest"),
    "bench_core/engine/scoring/matrices.py": ("tests/cli/verbs/test_numbers.py", "files of matrices come from the command line"),
    "bench_core/engine/power/*.py": ("tests/engine/power/test_study.py", "the parts of one study"),
    "bench_core/engine/runs/plant.py": ("tests/engine/runs/test_detect.py", "what is planted is looked for"),
    "bench_core/engine/answers/detections.py": ("tests/engine/runs/test_detect.py", "what a detection stored, judged"),
    "bench_core/cli/verbs/copies.py": ("tests/engine/runs/test_detect.py", "the verbs are the runs"),
    "bench_core/frames/detection.py": ("tests/engine/runs/test_detect.py", "the columns of its tables"),
    "bench_core/training/aligned.py": ("tests/registration/test_alignment.py", "a template is a mean of films on their mean"),
    "bench_core/faults/*.py": ("tests/faults/test_faults.py", "promises that every fault keeps, and what some of them do"),
    "bench_core/cli/options.py": ("tests/cli/test_cli.py", "options of all verbs"),
    "bench_core/cli/questions.py": ("tests/cli/test_cli.py", "options of all verbs"),
    "bench_core/arms/*.py": ("tests/contract/test_arms.py", "promises that every arm keeps"),
    "bench_core/downstream/checkpoint.py": ("tests/downstream/test_networks.py", "what a training that was stopped goes on from"),
    "bench_core/downstream/loop.py": ("tests/downstream/test_probes.py", "the one loop of probes and networks"),
    "bench_core/engine/answers/report_*.py": ("tests/engine/answers/test_report.py", "the parts of one report"),
    "bench_core/handover/report/facts.py": ("tests/handover/report/test_comparison.py", "fields only, written and read again"),
    "bench_core/handover/report/order.py": ("tests/cli/verbs/test_judge.py", "fields only, what the verb asks for"),
    "bench_core/handover/report/limits.py": ("tests/engine/answers/test_report.py", "a part of a report"),
    "bench_core/handover/report/figures.py": ("tests/handover/report/test_page.py", "drawn in a page"),
    "bench_core/jobs/judging.py": ("tests/cli/verbs/test_judge.py", "what the verb carries out"),
    "bench_core/engine/answers/utility.py": ("tests/engine/runs/test_utility.py", "what a run stored is read"),
    "bench_core/frames/utility.py": ("tests/engine/runs/test_utility.py", "the columns of its tables"),
    "bench_core/cli/verbs/tasks.py": ("tests/engine/runs/test_task.py", "the verbs are the runs"),
    "bench_core/downstream/reports/writing.py": ("tests/downstream/reports/test_decoder.py", "what that writer learns and is judged by"),
    "bench_core/downstream/segmentation/network.py": ("tests/downstream/segmentation/test_task.py", "the network of that task"),
    "bench_core/engine/answers/tasks.py": ("tests/engine/runs/test_task.py", "what a run stored is read"),
    "bench_core/engine/answers/studied.py": ("tests/engine/runs/test_task.py", "which studies there are, of sets that are there"),
    "bench_core/engine/utility/roles.py": ("tests/engine/runs/test_utility.py", "what is refused"),
    "bench_core/task_spec.py": ("tests/engine/runs/test_task.py", "its fields are asked and refused there"),
    "bench_core/frames/reports.py": ("tests/cli/verbs/test_reports.py", "the columns of its tables"),
    "bench_core/reports/agreement.py": ("tests/contract/test_report_scores.py", "what F1 scores share"),
    "bench_core/reports/bleu.py": ("tests/contract/test_report_scores.py", "what both BLEU scores share"),
    "bench_core/reports/scores/*.py": ("tests/contract/test_report_scores.py", "promises that every score keeps, and what each is by hand"),
    "bench_core/registry/report_scores.py": ("tests/contract/test_report_scores.py", "each score is found and says what it needs"),
    "bench_core/frames/patients.py": ("tests/engine/answers/test_reidentification.py", "the columns of its tables"),
    "bench_core/filters/*.py": ("tests/contract/test_filters.py", "promises that every filter keeps, and what each of them does"),
    "bench_core/engine/answers/filters.py": ("tests/engine/runs/test_filter.py", "what a run of that kind asks, and its log"),
    "bench_core/cli/verbs/filters.py": ("tests/engine/runs/test_filter.py", "the verb is the run"),
    "bench_core/pixels/blur.py": ("tests/pages/components/test_identity.py", "what of a film is left behind every door"),
    "bench_core/frames/filters.py": ("tests/engine/runs/test_filter.py", "the columns of its log"),
    "bench_core/engine/answers/membership.py": ("tests/engine/runs/test_patient_risk.py", "the tables that runs have stored"),
    "bench_core/frames/membership.py": ("tests/engine/runs/test_patient_risk.py", "the columns of its tables"),
    "bench_core/cli/verbs/membership.py": ("tests/engine/runs/test_patient_risk.py", "the verbs that run it"),
    "bench_core/frames/attacks.py": ("tests/engine/runs/test_attack.py", "the columns of its tables"),
    "bench_core/frames/power.py": ("tests/engine/runs/test_power.py", "the columns of its tables"),
    "bench_core/engine/reading/*.py": ("tests/engine/reading/test_study.py", "the parts of one study"),
    "bench_core/features/kernels.py": ("tests/features/test_pairs.py", "the terms of one pass, against loops"),
    "bench_core/features/passes_here.py": ("tests/features/test_pairs.py", "one pass, against loops"),
    "bench_core/generators/latent_networks.py": ("tests/training/test_latent_gan.py", "the networks of that recipe"),
    "bench_core/generators/torch_module.py": ("tests/generators/test_bundled.py", "it runs the bundled GAN and VAE"),
    "bench_core/cli/verbs/extraction.py": ("tests/engine/runs/test_extraction.py", "a kind of the verb attack: asked there, told there"),
    "bench_core/engine/answers/extraction.py": ("tests/engine/runs/test_extraction.py", "what that run stored, read against a reference"),
    "bench_core/memorization/records.py": ("tests/engine/runs/test_extraction.py", "fields and words of what is told there"),
    "bench_core/jobs/ahead.py": ("tests/jobs/test_demo_results.py", "an idle worker makes the images of the study"),
    "bench_core/membership/targets.py": ("tests/contract/test_attacks.py", "how models are asked"),
    "bench_core/metrics/*/*.py": (CONTRACT, "promises that every metric keeps; closed forms have files of their own"),
    "bench_core/metrics/frechet.py": ("tests/metrics/fidelity/test_frechet_distance.py", "the metric that is this formula"),
    "bench_core/phantom/*.py": ("tests/phantom/test_film.py", "a film is their only product, looked at region by region"),
    "bench_core/prompts/reports.py": ("tests/handover/test_zip.py", "prompts from a set's reports, exported without them"),
    "bench_core/registry/layouts.py": ("tests/intake/test_data_sets.py", "each layout is found and read"),
    "bench_core/store/migrations/m*.py": ("tests/store/test_database.py", "all of them in order make the tables"),
    "bench_core/store/results.py": ("tests/engine/answers/test_results.py", "rows are written by evaluations and read as a table"),
    "bench_core/store/schema.py": ("tests/store/test_database.py", "the tables are what the migrations made"),
    "bench_core/training/cohort_features.py": ("tests/generators/test_bundled.py", "the committed features are those of the encoder"),
    "bench_core/training/demo_images.py": ("tests/generators/test_bundled.py", "a committed image is made again"),
    "bench_core/training/eye_films.py": ("tests/training/test_eye.py", "the films of that recipe"),
    "bench_core/training/eye_mosaics.py": ("tests/training/test_eye.py", "the windows of that recipe"),
    "bench_core/training/eye_recipe.py": ("tests/training/test_eye.py", "its sizes, and what is written is what the backend loads"),
    "bench_core/training/identity_recipe.py": ("tests/training/test_identity.py", "what is written is what the backend loads"),
    "bench_core/training/spoiling.py": ("tests/training/test_eye.py", "the faults that the loader of that recipe puts in"),
    "bench_core/training/latent_vae.py": ("tests/training/test_latent_gan.py", "one test of both networks that make latents in one pass"),
    "bench_core/field_finding.py": ("tests/engine/answers/test_field.py", "what that answer is"),
    "bench_core/engine/answers/rank_intervals.py": ("tests/engine/answers/test_field.py", "the intervals of its verdicts"),
    "bench_core/frames/metric_worth.py": ("tests/engine/answers/test_metric_worth.py", "the columns of its table"),
    "pages/components/figures/field_charts.py": ("tests/pages/test_field.py", "the figures of that page"),
    "pages/components/figures/worth_charts.py": ("tests/pages/test_field.py", "drawn there with a metric and without"),
    "bench_core/cli/studies.py": ("tests/jobs/test_studies.py", "the options of that verb"),
    "bench_core/jobs/study_plan.py": ("tests/jobs/test_studies.py", "the runs of every cell of a study"),
    "bench_core/engine/answers/studies.py": ("tests/jobs/test_studies.py", "the cells that a study kept are read"),
    "bench_core/frames/studies.py": ("tests/jobs/test_studies.py", "the columns of its tables"),
    "bench_core/cli/verbs/studies.py": ("tests/jobs/test_studies.py", "the verb is the study"),
    "pages/components/figures/study_charts.py": ("tests/pages/test_studies.py", "the figure of that page, and its front"),
    "pages/components/style/numbers.py": ("tests/test_notation.py", "the notation of pages and reports is one"),
    "bench_core/cli/handover.py": ("tests/cli/verbs/test_handover.py", "the options of those verbs"),
    "bench_core/engine/answers/data_card.py": ("tests/handover/test_card.py", "what it gathers is read there"),
    "bench_core/handover/disclosure.py": ("tests/handover/test_export.py", "what each level tells of exported files"),
    "bench_core/handover/forms.py": ("tests/handover/test_export.py", "a set in each form"),
    "bench_core/store/provenance.py": ("tests/store/test_jpeg.py", "what is read back from files of each form"),
    "pages/components/read_tasks.py": ("tests/pages/test_utility_views.py", "the views that ask it"),
    "pages/components/figures/report_charts.py": ("tests/pages/test_utility_views.py", "the views that draw them"),
    "pages/components/panels/modes.py": ("tests/pages/test_modes.py", "the switch between modes"),
}  # fmt: skip
"""Modules without a test of their own: the test that exercises them, and why it does. A pattern is for modules that share one."""

WIDGETS = ("forms", "frame", "images", "panels", "runs", "tables")
ELSEWHERE |= {f"pages/components/{room}/*.py": (PAGES, "widgets: only a page can draw them") for room in WIDGETS}
ELSEWHERE["pages/components/page.py"] = (PAGES, "every page is drawn through it")

TOPICS: dict[str, str] = {
    "tests/pages/test_membership_panels.py": "the panels below the attacks",
    "tests/test_architecture.py": "the tree itself",
    "tests/test_contributing.py": "the examples of CONTRIBUTING.md run",
    "tests/test_examples.py": "the notebooks of examples/ run",
    "tests/test_package.py": "what setup.py puts where",
    "tests/test_requirements.py": "the locks and scripts/audit.py: what is installed",
    "tests/test_your_data.py": "the commands of docs/your_data.md run",
    "tests/api/test_window.py": "the facade as a whole: records come from below, no text only points at it",
    "tests/architecture/*": "what test_architecture.py reads",
    "tests/benchmarks/*": "scripts, which are no modules of the program",
    "tests/browser/*": "the main job in a real browser",
    "tests/pages/test_words.py": "what no page, message or document claims",
    "tests/cards/test_kept_cards.py": "cards are parsed once, through cards, engine and pages",
    "tests/contract/*": "promises that every plug-in keeps",
    "tests/encoders/test_on_gpu.py": "encoders on a GPU, skipped without one",
    "tests/engine/reading/test_study.py": "a reader study from its design to its table",
    "tests/hostile/*": "deaths at any moment, through store, engine and queue",
    "tests/engine/cluster/test_runs_on_ray.py": "whole runs on one cluster",
    "tests/engine/generation/test_images_elsewhere.py": "sets below a URL through engine, store and pages",
    "tests/generators/test_bundled.py": "the committed weights, features and images",
    "tests/generators/test_pipeline_classes.py": "every class of pipeline of diffusers",
    "tests/intake/test_copying.py": "one switch with one meaning in every import",
    "tests/jobs/test_shared_queue.py": "a queue that people share, through store, engine and workers",
    "tests/metrics/privacy/test_privacy.py": "what all privacy metrics must see",
    "tests/metrics/privacy/test_distances.py": "scores of distances, against loops that follow the code of their authors",
    "tests/metrics/test_null_values.py": "nulls of several metrics against a simulation",
    "tests/pages/test_modes.py": "two modes on all pages",
    "tests/pages/test_utility_views.py": "the further views of the page Utility",
    "tests/api/test_frames.py": "every frame of the facade, of a workspace and of the pages' fake",
    "tests/pages/test_every_page.py": "all pages",
    "tests/pages/test_fake.py": "the fake that pages are tested with",
    "tests/store/test_earlier_workspace.py": "a workspace of an earlier version",
}
"""Test files that mirror no module, and what they are about."""


def test_of(module: Module) -> str:
    """Where a module's own test lies; that of a folder's `__init__.py` has the name of the folder."""
    path = PurePosixPath(module.path)
    inner = path.relative_to("bench_core") if path.parts[0] == "bench_core" else path
    name = inner.parent.name if module.is_package else inner.stem
    return str(PurePosixPath("tests", inner.parent, f"test_{name}.py"))


def has_behaviour(module: Module) -> bool:
    """Whether there is something to test: an `__init__.py` may only hold a docstring, or hand names on."""
    return not module.is_package or any(True for _ in functions(module)) or any(isinstance(n, ast.ClassDef) for n in module.syntax.body)


def untested(modules: Iterable[Module], elsewhere: Mapping[str, object] = ELSEWHERE, root: Path = PROJECT) -> list[str]:
    """Modules that have no test of their own and are not on the list."""
    own = [module for module in modules if has_behaviour(module) and not (root / test_of(module)).exists()]
    return [module.path for module in own if not any(fnmatch(module.path, pattern) for pattern in elsewhere)]


def stale(modules: Iterable[Module], elsewhere: Mapping[str, tuple[str, str]] = ELSEWHERE, root: Path = PROJECT) -> list[str]:
    """Entries of the list that name a test that is not there, or no module without one."""
    own = [module.path for module in modules if has_behaviour(module) and not (root / test_of(module)).exists()]
    gone = [f"{pattern}: there is no {test}" for pattern, (test, _) in elsewhere.items() if not (root / test).exists()]
    return gone + [f"{pattern}: every such module has a test" for pattern in elsewhere if not any(fnmatch(path, pattern) for path in own)]


def strays(modules: Iterable[Module], tests: Iterable[Module], topics: Mapping[str, str] = TOPICS) -> list[str]:
    """Test files that lie where no module is, and are not on the list of topics."""
    places = {test_of(module) for module in modules}
    files = [test.path for test in tests if PurePosixPath(test.path).name.startswith("test_")]
    return [path for path in files if path not in places and not any(fnmatch(path, pattern) for pattern in topics)]
