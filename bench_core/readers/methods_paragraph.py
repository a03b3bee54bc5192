"""The methods section of a reader study in plain English: design, numbers, methods, software; only what was done."""

import numpy as np
import pandas as pd

SOFTWARE = "bench_core (TriadCXR), NumPy and SciPy"


def methods_paragraph(answers: pd.DataFrame, crossed: bool, level: float = 0.95) -> str:
    """What a paper can print; every sentence is there only where it holds of these answers."""
    sentences = [*_design(answers), *_analysis(answers, crossed, level)]
    return " ".join(sentences)


def _design(answers: pd.DataFrame) -> list[str]:
    main = answers[answers["block"] == "main"]
    readers = main["reader"].nunique()
    said = [f"{_number(readers)} reader{'s' * (readers != 1)} judged {_of(main['case_id'].nunique(), 'case')} one at a time."]
    for question, own in main.groupby("question", sort=True):
        said += _question(str(question), own)
    training = int((answers["block"] == "training").sum())
    repeats = answers[answers["block"] == "repeat"]
    if training:
        said.append(f"A training block of {_of(training, 'answer')} with feedback came first and was left out of the analysis.")
    if len(repeats):
        said.append(f"{_of(len(repeats), 'answer')} to repeated cases served agreement within a reader only.")
    times = main.loc[main["seconds"] > 0, "seconds"]
    if len(times):
        quarters = np.quantile(times, [0.25, 0.75])
        said.append(f"An answer took a median of {times.median():.1f} s (quartiles {quarters[0]:.1f} to {quarters[1]:.1f} s).")
    return said


def _question(question: str, own: pd.DataFrame) -> list[str]:
    if question == "real_or_synthetic":
        known = own[own["truth"] != ""].drop_duplicates("case_id")
        synthetic, real = int((known["truth"] == "synthetic").sum()), int((known["truth"] == "real").sum())
        generators = sorted({name for name in own["generator"] if name})
        several = f" of {len(generators)} generators ({', '.join(generators)})"
        of = several if len(generators) > 1 else "".join(f" of {name}" for name in generators)
        scale = int(own["scale"].max())
        on = f" on a scale from {0 if scale == 100 else 1} (surely real) to {scale} (surely synthetic)" if scale else ""
        films = f"{_of(real, 'film')} {'was' if real == 1 else 'were'} real and {synthetic} synthetic{of}"
        return [f"They said whether a film is real or synthetic{on}; {films}."]
    if question == "which_is_real":
        options = sorted(own["options"].unique())
        many = " or ".join(str(number) for number in options)
        return [f"They chose the real film among {many} films ({_of(own['case_id'].nunique(), 'choice')} a reader at most)."]
    if question == "quality":
        return [f"They rated quality from 1 (worst) to {int(max(own['scale'].max(), own['rating'].max()))}."]
    if question == "shows_prompt":
        parts = ", ".join(sorted({part for part in own["part"] if part}) or ["all of it"])
        return [f"They rated whether the film shows what its prompt says ({parts})."]
    return []


def _analysis(answers: pd.DataFrame, crossed: bool, level: float) -> list[str]:
    main = answers[answers["block"] == "main"]
    asked = set(main["question"])
    percent = f"{100 * level:g}"
    said = []
    if "real_or_synthetic" in asked:
        if (main.loc[main["question"] == "real_or_synthetic", "choice"] != "").any():
            said.append(
                "Accuracy, sensitivity (synthetic films called synthetic) and specificity of each reader have exact (Clopper-Pearson) "
                f"{percent} % intervals; answers at the middle of the scale have no side and are left out of these three."
            )
        said.append(
            "The area under the empirical ROC curve of each reader has DeLong's standard error, with the interval on the logit scale."
        )
        if main["reader"].nunique() > 1:
            said.append(_areas(main, crossed))
    if "which_is_real" in asked:
        said.append("Choices were tested against chance by the exact binomial test.")
    if {"quality", "shows_prompt"} & asked:
        said.append("Ratings of sources were compared by Wilcoxon's signed-rank test in pairs, with Holm's correction.")
    if main["reader"].nunique() > 1:
        said.append("Agreement is Fleiss' kappa and Krippendorff's alpha, with bootstrap intervals over cases.")
    said.append(
        "Learning and fatigue are slopes over the order of each reader, averaged over readers. All tests are two-sided. "
        f"Computed with {SOFTWARE}."
    )
    return said


def _areas(main: pd.DataFrame, crossed: bool) -> str:
    several = main["modality"].nunique() > 1 or len({name for name in main["generator"] if name}) > 1
    what = "Mean areas over readers and their differences were" if several else "The mean area over readers was"
    if crossed:
        return (
            f"{what} analysed for readers and cases as random effects by the method of Obuchowski and Rockette with the "
            "degrees of freedom of Hillis (covariances by jackknife, DeLong and U-statistics), and by the one-shot U-statistic "
            "method of Gallas."
        )
    return (
        f"{what} analysed by the one-shot U-statistic method of Gallas for readers and cases as random effects, which "
        "allows for the cases that some readers did not rate."
    )


def _of(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"


def _number(count: int) -> str:
    words = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")
    return words[count] if count < len(words) else str(count)
