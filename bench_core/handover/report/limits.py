"""What a report does not say: the limits that follow from what was given and what was asked."""

from collections.abc import Iterator

from bench_core.handover.report.facts import SetFacts, SetReport

FEWEST_PATIENTS, FEWEST_PROMPTS = 20, 10


def limits_of(report: SetReport) -> list[str]:
    """Sentences, the gravest first."""
    synthetic, real, train = (report.set_of(role) for role in ("synthetic", "real", "train"))
    assert synthetic is not None and real is not None
    told = [*_of_space(report, real), *_of_privacy(report), *(said for one in (real, train) if one for said in _of_patients(one))]
    if real.patients is not None and real.patients < FEWEST_PATIENTS:
        told.append(f"{real.patients} real patients are too few for the range of a perfect generator ({FEWEST_PATIENTS} are needed).")
    if synthetic.prompts is None:
        told.append("The synthetic images have no prompts: whether they show what was asked for was not judged.")
    elif synthetic.prompts < FEWEST_PROMPTS:
        told.append(f"{synthetic.prompts} prompts are too few for the range of a perfect generator ({FEWEST_PROMPTS} are needed).")
    if not report.power_known:
        told.append(
            "Which faults these numbers see (blur, lost findings, copies ...) was not tried against these real images: "
            "python -m bench_core power does it, or judge --power. The column “Seen from” holds without it."
        )
    return [*told, "Of a perfect generator's numbers one in twenty lies outside its range by chance alone."]


def _of_space(report: SetReport, real: SetFacts) -> Iterator[str]:
    if real.simulated:
        yield "The real images are simulated patients: what is found here has no clinical meaning."
    elif report.encoder.bundled:
        yield (
            f"{report.encoder.title} comes with the program and learned from simulated films. For conclusions about real films take an "
            "encoder that learned from real ones (python -m bench_core list encoders)."
        )


def _of_privacy(report: SetReport) -> Iterator[str]:
    if report.set_of("train") is None:
        yield "No training set was given: nothing was asked about copies of patients or about membership."
        return
    yield (
        "Tests of distances and attacks say what was tried and found. That nothing was found is no promise of privacy: another attack, "
        "or another space, may find more."
    )
    if not report.attacks:
        yield "No attack on membership was carried out."


def _of_patients(one: SetFacts) -> Iterator[str]:
    if one.patients is None:
        yield (
            f"No image of {one.name!r} says whose it is, so that each counts as a patient of its own. Where patients have several films, "
            "intervals and ranges are too narrow, and copies can hide: give a table with subject_id."
        )
