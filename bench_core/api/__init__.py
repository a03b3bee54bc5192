"""The facade: all that pages and the command line may import (with `bench_core.errors`).

Every function works on the current workspace: the one that `open_workspace` was last given, or, on first use, the one that
the environment names. Sets and runs may be given by id or by name. Pages submit a spec and a worker carries it out; what computes in
this very process is for the command line and notebooks: `encode`, `prepare_demo`, `projection` where it was never made before, `score`,
`simulate`, `train`, `try_model`, `work`, and `wait` where no worker lives.
"""

from bench_core.api.attacks import attack_choices, attack_files, attack_plugins, attack_roc, attacked_patients, attacks, expected_attacks
from bench_core.api.comparison import compare, many_numbers, oriented, pareto, pareto_front, redundancy, shortfall
from bench_core.api.copies import copies_found, extraction, held_out, likeness, neighbours
from bench_core.api.demo import demo_state, prepare_demo, start_demo
from bench_core.api.detection import detection_spec, detections, planted_f1, planted_recall, planted_sets, plantings, template_copies
from bench_core.api.films import film, layers
from bench_core.api.filters import filter_log, filter_steps, filters, what_goes, what_remains
from bench_core.api.guests import GUEST_LINK, guest_cookie, guest_name, guest_of, guest_token, new_guest, operator_token, rename_guest
from bench_core.api.handover import Provenance, card, export_png, export_rules, export_set, export_zip, read_provenance
from bench_core.api.intake import (
    delete_import,
    import_data_set,
    import_images,
    import_results,
    import_upload,
    imported_results,
    layouts,
    simulate,
)  # fmt: skip
from bench_core.api.judging import (
    compare_set_reports,
    comparison_html,
    judge,
    read_set_report,
    set_report,
    set_report_html,
    throw_away,
    write_pdf,
)  # fmt: skip
from bench_core.api.kiosk import kiosk_made, kiosk_reset, kiosk_seconds, kiosk_visit
from bench_core.api.maps import points_to_draw, projection, stored_projection
from bench_core.api.marks import mark, marks
from bench_core.api.membership import patient_risks, prompt_pulls, why_not_queried
from bench_core.api.metrics import methods, metric_choices, metric_facts, metrics
from bench_core.api.models import (
    add_model,
    check_model,
    draft_model,
    encoder_missing,
    encoders,
    estimate,
    generator_missing,
    generators,
    prompt_readings,
    settings_faults,
    settings_schema,
    train,
    try_model,
)  # fmt: skip
from bench_core.api.patients import paired_reidentification, reidentification
from bench_core.api.power import blind_spots, expected_power, faults, power, power_limits, power_of_matrices, sees_from
from bench_core.api.prompts import package_prompts, package_sources, presets, prompt_table, report_prompts
from bench_core.api.queue import hold_queue, queue_held_by, release_queue, serve, work, worker_alive, workers
from bench_core.api.readers import plan_readers, read_answers, reader_statistics
from bench_core.api.reading import (
    close_reading,
    create_reading,
    delete_reading,
    deletion_of_reading,
    invite_reader,
    keep_answer,
    marks_within,
    readers_of,
    reading_against_metrics,
    reading_answers,
    reading_design,
    reading_design_of,
    reading_film,
    reading_remarks,
    reading_state,
    reading_statistics,
    readings,
)  # fmt: skip
from bench_core.api.reports import report_scores_known, retrieval, round_trip, score_reports
from bench_core.api.results import per_image, per_image_table, published, published_statements, results, run_results, score
from bench_core.api.runs import (
    cancel,
    delete_run,
    deletion_of_run,
    estimate_evaluations,
    may_change,
    pause,
    read_spec,
    repeat,
    reservations,
    resume,
    run,
    run_kinds,
    runs,
    runs_in_full,
    set_priority,
    submit,
    wait,
)  # fmt: skip
from bench_core.api.sets import (
    delete_set,
    deletion_of,
    encode,
    find_set,
    image_png,
    import_of,
    is_withheld,
    mean_image,
    members,
    quick_mean_image,
    references,
    sees_real,
    sets,
    thumbnails,
)  # fmt: skip
from bench_core.api.studies import (
    carry_out_study,
    drawn_prompts,
    expected_cells,
    is_study_carried_out,
    read_study,
    start_study,
    stop_study,
    studies,
    study_cells,
    study_presets,
)
from bench_core.api.utility import arms, expected_task, expected_utility, tasks, utility, utility_curves, utility_gains
from bench_core.api.workspace import (
    data_roots,
    data_version,
    disk_use,
    keep_packed,
    open_workspace,
    packed,
    path_for_pages,
    sweep,
    user_header,
)  # fmt: skip
from bench_core.api.worth import field_findings, metric_worth, reading_of_worth, worth_figures
from bench_core.cards import EncoderCard, GeneratorCard
from bench_core.config import Config
from bench_core.data import FINDINGS, ImageSet, Kind, Prompt, Result
from bench_core.errors import BenchError, InputError, NameTaken, NotAllowed, NotPossible, QuotaReached, TableError, UnknownName
from bench_core.field_finding import FieldFinding
from bench_core.frames.metric_worth import WorthFigure
from bench_core.handover.report.comparison import ReportComparison
from bench_core.handover.report.facts import SetReport
from bench_core.handover.report.order import ImageSource, Judgement, JudgeOrder
from bench_core.matches import PairedFigures, RealPairs, Reidentification
from bench_core.membership_spec import ExtractionSpec, PatientRiskSpec, PromptMemorySpec
from bench_core.memorization.records import ExtractedClique, Extraction, PairLikeness, TemplateCopies, TemplateCopy
from bench_core.records import (
    CopyCount,
    Deletion,
    DemoState,
    ExportReport,
    ExportRules,
    ImportReport,
    Progress,
    PromptSource,
    Reading,
    ReadingDeletion,
    Reference,
    Run,
    RunDeletion,
    SettingField,
    Upload,
)  # fmt: skip
from bench_core.registry import FAMILIES, Arm, Attack, Fault, Filter, Goal, Layout, Metric, ReportScore, RunKind, Target, Threshold
from bench_core.spec import (
    MAP_LIMIT,
    AttackSpec,
    Choice,
    DetectSpec,
    EvaluateSpec,
    FilterSpec,
    GenerateSpec,
    PlantSpec,
    PowerSpec,
    ProjectSpec,
    PromptSpec,
    RunSpec,
    Taught,
    UtilitySpec,
)
from bench_core.spreadsheets import csv_of
from bench_core.store.turns import BEHIND, INTERACTIVE
from bench_core.studies.spec import IN_WORDS as RELEASES
from bench_core.studies.spec import StudySpec
from bench_core.task_spec import TaskSpec

__all__ = [
    "Arm", "Attack", "AttackSpec", "BEHIND", "BenchError", "Choice", "Config", "CopyCount", "Deletion", "DemoState", "DetectSpec",
    "EncoderCard", "EvaluateSpec", "ExportReport", "ExportRules", "ExtractedClique", "Extraction", "ExtractionSpec", "FAMILIES", "FINDINGS",
    "Fault", "FieldFinding", "Filter", "FilterSpec", "GUEST_LINK", "GenerateSpec", "GeneratorCard", "Goal", "INTERACTIVE", "ImageSet",
    "ImageSource", "ImportReport", "InputError", "JudgeOrder", "Judgement", "Kind", "Layout", "MAP_LIMIT", "Metric", "NameTaken",
    "NotAllowed", "NotPossible", "PairLikeness", "PairedFigures", "PatientRiskSpec", "PlantSpec", "PowerSpec", "Progress", "ProjectSpec",
    "Prompt", "PromptMemorySpec", "PromptSource", "PromptSpec", "Provenance", "QuotaReached", "RELEASES", "Reading", "ReadingDeletion",
    "RealPairs",
    "Reference", "Reidentification", "ReportComparison", "ReportScore", "Result", "Run", "RunDeletion", "RunKind", "RunSpec", "SetReport",
    "SettingField", "StudySpec", "TableError", "Target", "TaskSpec", "Taught", "TemplateCopies", "TemplateCopy", "Threshold", "UnknownName",
    "Upload", "UtilitySpec", "WorthFigure",
    "add_model", "arms", "attack_choices", "attack_files", "attack_plugins", "attack_roc", "attacked_patients", "attacks", "blind_spots",
    "cancel", "card", "carry_out_study", "check_model", "close_reading", "compare", "compare_set_reports", "comparison_html",
    "copies_found", "create_reading", "csv_of", "data_roots", "data_version", "delete_import", "delete_reading", "delete_run", "delete_set",
    "deletion_of", "deletion_of_reading",
    "deletion_of_run", "demo_state", "detection_spec", "detections", "disk_use", "draft_model", "drawn_prompts", "encode",
    "encoder_missing", "encoders", "estimate", "estimate_evaluations", "expected_attacks", "expected_cells", "expected_power",
    "expected_task", "expected_utility", "export_png", "export_rules", "export_set", "export_zip", "extraction", "faults", "field_findings",
    "film", "filter_log", "filter_steps", "filters", "find_set", "generator_missing", "generators", "guest_cookie", "guest_name",
    "guest_of", "guest_token", "held_out", "hold_queue", "image_png", "import_data_set", "import_images", "import_of", "import_results",
    "import_upload", "imported_results", "invite_reader", "is_study_carried_out", "is_withheld", "judge", "keep_answer", "keep_packed",
    "kiosk_made",
    "kiosk_reset", "kiosk_seconds", "kiosk_visit", "layers", "layouts", "likeness", "many_numbers", "mark", "marks", "marks_within",
    "may_change",
    "mean_image", "members", "methods", "metric_choices", "metric_facts", "metric_worth", "metrics", "neighbours", "new_guest",
    "open_workspace", "operator_token", "oriented", "package_prompts", "package_sources", "packed",
    "paired_reidentification", "pareto",
    "pareto_front", "path_for_pages", "patient_risks", "pause", "per_image", "per_image_table", "plan_readers", "planted_f1",
    "planted_recall", "planted_sets", "plantings", "points_to_draw", "power", "power_limits", "power_of_matrices", "prepare_demo",
    "presets", "projection", "prompt_pulls", "prompt_readings", "prompt_table", "published", "published_statements", "queue_held_by",
    "quick_mean_image", "read_answers", "read_provenance", "read_set_report", "read_spec", "read_study", "reader_statistics", "readers_of",
    "reading_against_metrics", "reading_answers", "reading_design", "reading_design_of", "reading_film", "reading_of_worth",
    "reading_remarks", "reading_state", "reading_statistics", "readings", "redundancy", "references", "reidentification", "release_queue",
    "rename_guest",
    "repeat", "report_prompts", "report_scores_known", "reservations", "results", "resume", "retrieval", "round_trip", "run", "run_kinds",
    "run_results", "runs", "runs_in_full", "score", "score_reports", "sees_from", "sees_real", "serve", "set_priority", "set_report",
    "set_report_html", "sets", "settings_faults", "settings_schema", "shortfall", "simulate", "start_demo", "start_study", "stop_study",
    "stored_projection", "studies", "study_cells", "study_presets", "submit", "sweep", "tasks", "template_copies", "throw_away",
    "thumbnails", "train", "try_model", "user_header", "utility", "utility_curves", "utility_gains", "wait", "what_goes", "what_remains",
    "why_not_queried", "work", "worker_alive", "workers", "worth_figures", "write_pdf",
]  # fmt: skip
