"""Short report-like prompts for a description. ``parsing.parse`` reads back whatever is written here."""

import numpy as np

from bench_core.phantom.findings import DRAIN, FEEDING, LINE, PACEMAKER, TUBE, Description, Finding

GRADES = {
    "size": {"mild": ("small", "trace", "minimal"), "moderate": ("moderate", "moderate-sized"), "severe": ("large", "massive")},
    "degree": {"mild": ("mild", "subtle", "slight"), "moderate": ("moderate",), "severe": ("severe", "marked")},
    "lesion": {"mild": ("small", "tiny"), "moderate": ("moderate-sized", "medium-sized"), "severe": ("large",)},
    "bone": {"mild": ("subtle", "nondisplaced"), "moderate": ("moderately displaced",), "severe": ("severely displaced",)},
}
# Finding -> (scale of severity words, phrases). {g} grade, {s} side, {in} "in the left lung", {p} plural s if bilateral.
PHRASES: dict[str, tuple[str, tuple[str, ...]]] = {
    "Enlarged Cardiomediastinum": (
        "degree",
        ("{g} widening of the mediastinum", "{g} enlargement of the cardiomediastinal silhouette", "{g} mediastinal widening"),
    ),
    "Cardiomegaly": ("degree", ("{g} cardiomegaly", "{g} enlargement of the heart", "{g} enlargement of the cardiac silhouette")),
    "Lung Opacity": ("degree", ("{g} {s} lung opacit{y}", "{g} hazy opacit{y} {in}", "{g} {s} ill-defined opacit{y}")),
    "Lung Lesion": ("lesion", ("{g} {s} lung {n}", "{g} rounded lesion {in}", "{g} {s} pulmonary {n}", "{g} {n} {in}")),
    "Edema": ("degree", ("{g} pulmonary edema", "{g} interstitial edema", "{g} pulmonary vascular congestion and edema")),
    "Consolidation": ("degree", ("{g} {s} consolidation", "{g} airspace consolidation {in}", "{g} {s} lobar consolidation")),
    "Pneumonia": ("degree", ("{g} {s} pneumonia", "{g} patchy pneumonia {in}", "findings of {g} {s} pneumonia")),
    "Atelectasis": ("degree", ("{g} {s} basilar atelectasis", "{g} {s} atelectasis", "{g} plate-like atelectasis {at}")),
    "Pneumothorax": ("size", ("{g} {s} pneumothorax", "{g} {s} apical pneumothorax", "{g} pneumothorax {on}")),
    "Pleural Effusion": ("size", ("{g} {s} pleural effusion{p}", "{g} pleural effusion{p} {on}", "{g} {s} effusion{p}")),
    "Pleural Other": ("degree", ("{g} {s} pleural thickening", "{g} pleural thickening {on}", "{g} {s} pleural scarring")),
    "Fracture": ("bone", ("{g} {s} rib fracture", "{g} rib fracture {on}", "{g} fracture of a {s} rib")),
}
DEVICE_PHRASES: dict[str, tuple[str, ...]] = {
    TUBE: ("endotracheal tube in place", "ET tube above the carina", "endotracheal tube terminates in the trachea"),
    LINE: ("{s} central venous catheter", "{s} internal jugular central line", "{s} central line tip in the SVC"),
    DRAIN: ("{s} chest tube", "{s} chest tube in place", "{s} pleural drain"),
    FEEDING: ("nasogastric tube in the stomach", "NG tube courses below the diaphragm", "enteric tube in place"),
    PACEMAKER: ("{s} chest wall pacemaker with leads", "{s} pacemaker", "{s} dual-lead pacemaker in place"),
}
ENDINGS = ("{}.", "{}.", "{}.", "{} is seen.", "{} is noted.", "There is {}.", "{} is present.")
VIEW_PHRASES = {
    "AP": ("Portable AP chest.", "AP view.", "Frontal AP chest radiograph.", "Portable AP radiograph."),
    "PA": ("PA view.", "Upright PA chest.", "Frontal PA chest radiograph.", "PA chest radiograph."),
}
NORMAL = (
    "No acute cardiopulmonary abnormality.",
    "No acute cardiopulmonary process.",
    "Normal chest radiograph.",
    "Lungs are clear. No acute abnormality.",
    "Unremarkable chest, no acute disease.",
)
# Sentence -> findings that must be absent for it to be true.
CHEST = ("Lung Opacity", "Consolidation", "Pneumonia", "Edema", "Lung Lesion", "Atelectasis")
NEGATIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("No pneumothorax.", ("Pneumothorax",)),
    ("No pleural effusion.", ("Pleural Effusion",)),
    ("No pleural effusion or pneumothorax.", ("Pleural Effusion", "Pneumothorax")),
    ("No focal consolidation.", ("Consolidation", "Pneumonia", "Lung Opacity")),
    ("No focal consolidation, effusion or pneumothorax.", ("Consolidation", "Pneumonia", "Pleural Effusion", "Pneumothorax")),
    ("Heart size is normal.", ("Cardiomegaly", "Enlarged Cardiomediastinum")),
    ("The cardiomediastinal silhouette is normal.", ("Cardiomegaly", "Enlarged Cardiomediastinum")),
    ("Lungs are clear.", CHEST),
    ("No pulmonary edema.", ("Edema",)),
    ("No acute fracture.", ("Fracture",)),
    ("Without evidence of pneumonia.", ("Pneumonia", "Consolidation")),
)


def _choose(rng: np.random.Generator, options: tuple[object, ...]) -> object:
    return options[int(rng.integers(len(options)))]


def phrase(finding: Finding, rng: np.random.Generator) -> str:
    """A noun phrase for one finding, with its side and severity."""
    side, both = finding.side, finding.side == "bilateral"
    if finding.kind:
        text = str(_choose(rng, DEVICE_PHRASES[finding.kind])).format(s=side)
        return text.strip()
    scale, phrases = PHRASES[finding.name]
    words = {
        "g": _choose(rng, GRADES[scale][finding.severity]),
        "s": side,
        "p": "s" if both else "",
        "y": "ies" if both else "y",
        "n": "mass" if finding.severity == "severe" else "nodule",
        "in": "in both lungs" if both else f"in the {side} lung",
        "at": "at both lung bases" if both else f"at the {side} lung base",
        "on": "bilaterally" if both else f"on the {side}",
    }
    return str(_choose(rng, phrases)).format(**words)


def sentence(parts: list[str], rng: np.random.Generator) -> str:
    """One or two phrases as a sentence."""
    joint = str(_choose(rng, (" with ", " and ")))
    ending = str(_choose(rng, ENDINGS)) if len(parts) == 1 else "{}."
    text = parts[0]
    if len(parts) == 2:  # "on the left and right ..." would name both sides
        text += (" with " if text.endswith(("left", "right")) else joint) + parts[1]
    if any(word in text for word in (" in place", "terminates", "courses", "findings of", "leads")):
        ending = "{}."
    if any(word in text for word in ("opacities", "effusions")):
        ending = ending.replace(" is ", " are ")
    filled = ending.format(text)
    return filled[0].upper() + filled[1:]


def write_report(description: Description, rng: np.random.Generator) -> str:
    """A report of at most about 50 words that says what the film shows, and some of what it does not show."""
    present = {item.name for item in description.findings}
    sentences: list[str] = []
    if description.view and rng.random() < 0.45:
        sentences.append(str(_choose(rng, VIEW_PHRASES[description.view])))
    if "No Finding" in present:
        sentences.append(str(_choose(rng, NORMAL)))
    items = [item for item in description.findings if item.name != "No Finding"]
    order = rng.permutation(len(items))
    phrases = [phrase(items[k], rng) for k in order]
    while phrases:
        take = 2 if len(phrases) > 1 and (len(phrases) > 4 or rng.random() < 0.45) else 1
        sentences.append(sentence(phrases[:take], rng))
        phrases = phrases[take:]
    for k in rng.permutation(len(NEGATIONS))[: int(rng.integers(0, 3))]:
        text, absent = NEGATIONS[k]
        if present.isdisjoint(absent) and len(" ".join([*sentences, text]).split()) <= 46:
            sentences.append(text)
    return " ".join(sentences) or "Chest radiograph."
