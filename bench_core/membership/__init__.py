"""What attacks on membership share: records in one set, what an attacker knows, ROC statistics by patient, the audit in one run."""

from bench_core.membership.audit import Audit, audit, epsilon_lower_bound
from bench_core.membership.records import Knowledge, MembershipScores, check_patients, scores_of, together
from bench_core.membership.roc import Roc, TailTest, TprAt, auc_of, patients_of, roc_of, tail_test, tpr_at
from bench_core.membership.targets import Classifier, DiffusionModel, Shadow

__all__ = [
    "Audit", "Classifier", "DiffusionModel", "Knowledge", "MembershipScores", "Roc", "Shadow", "TailTest", "TprAt", "auc_of", "audit",
    "check_patients", "epsilon_lower_bound", "patients_of", "roc_of", "scores_of", "tail_test", "together", "tpr_at",
]  # fmt: skip
