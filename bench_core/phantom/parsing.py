"""Read findings, sides and severities out of a report or of what a user typed, by rules.

References:
    Irvin et al., "CheXpert", arXiv:1901.07031 (mention, negation and severity rules; this is a small relative of its labeller:
    uncertain mentions count as positive here).
"""

import re

from bench_core.phantom.findings import DEVICE_SIDES, DRAIN, FEEDING, FINDINGS, LINE, PACEMAKER, SIDES, TUBE, Description, Finding

_TERMS: tuple[tuple[str, str, str], ...] = (
    ("Support Devices", TUBE, r"endotracheal tubes?|et tubes?|ett\b|tracheal tube|intubat\w+|tracheostomy(?: tube)?"),
    ("Support Devices", DRAIN, r"chest tubes?|chest drains?|pleural (?:drain|tube|catheter)s?|thoracostomy tube|pigtail catheter"),
    (
        "Support Devices",
        LINE,
        r"(?:internal jugular |subclavian |jugular )?central (?:venous )?(?:line|catheter)s?|(?:internal )?jugular (?:venous )?"
        r"(?:line|catheter)s?|subclavian (?:line|catheter)s?|picc(?: line)?"
        r"|swan[- ]ganz(?: catheter)?|port-?a-?cath\w*|cvc\b|ij (?:line|catheter)s?",
    ),
    ("Support Devices", FEEDING, r"(?:naso|oro)gastric tubes?|ng tubes?|og tubes?|enteric tubes?|feeding tubes?|dobb?hoff(?: tube)?"),
    ("Support Devices", PACEMAKER, r"pacemakers?|pacing (?:device|leads?|wires?)|\ba?icd\b|defibrillator"),
    ("Support Devices", "", r"support devices?|medical devices?|lines and tubes|tubes and lines|devices? in place|hardware"),
    ("Fracture", "", r"fractures?|fractured ribs?|broken ribs?|rib fx"),
    ("Pleural Other", "", r"pleural (?:thickening|scar(?:ring)?|plaques?|calcifications?|fibrosis)|fibrothorax|thickened pleura"),
    ("Pleural Effusion", "", r"(?:pleural )?effusions?|pleural fluid|hydrothorax|blunt\w* (?:of )?(?:the )?(?:\w+ )?costophrenic angle"),
    ("Pneumothorax", "", r"(?:hydro)?pneumothora(?:x|ces)|collapsed lung"),
    ("Atelectasis", "", r"atelecta(?:sis|ses|tic)(?: \w+)?|volume loss|lobar collapse"),
    ("Pneumonia", "", r"(?:broncho)?pneumonias?|infectious (?:process|infiltrates?)"),
    ("Consolidation", "", r"consolidations?|consolidative opacit(?:y|ies)|airspace disease"),
    ("Edema", "", r"o?edema|vascular congestion(?: and o?edema)?|fluid overload|kerley b? ?lines|congestive (?:heart )?failure"),
    ("Lung Lesion", "", r"(?:lung |pulmonary )?(?:nodules?|mass(?:es)?|lesions?|tumou?rs?)"),
    ("Lung Opacity", "", r"opacit(?:y|ies)|opacification|haziness|haze|infiltrates?|airspace densit(?:y|ies)|lung densit(?:y|ies)"),
    (
        "Enlarged Cardiomediastinum",
        "",
        r"(?:widening|enlargement) of the (?:cardio)?mediastin(?:um|al silhouette)|(?:cardio)?mediastinal (?:silhouette )?"
        r"(?:widening|enlargement)|(?:widened|enlarged|wide) (?:cardio)?mediastin(?:um|al silhouette)|enlarged cardiomediastinum"
        r"|(?:cardio)?mediastin(?:um|al silhouette) (?:is|appears) (?:\w+ )?(?:widened|enlarged|wide)",
    ),
    (
        "Cardiomegaly",
        "",
        r"cardiomegaly|(?:enlarged|big|large) (?:heart|cardiac silhouette)|cardiac enlargement|enlargement of the "
        r"(?:heart|cardiac silhouette)|(?:heart|cardiac silhouette|heart size) (?:is|appears) (?:\w+ )?(?:enlarged|large|increased)",
    ),
    (
        "No Finding",
        "",
        r"normal chest(?: (?:radiograph|x-?ray|film))?|normal (?:radiograph|x-?ray|film|study)|(?:no|without) (?:acute )?(?:cardio\w* )?"
        r"(?:abnormalit(?:y|ies)|process|disease|findings?)|no acute (?:cardiopulmonary )?\w*(?:disease|process|abnormality)"
        r"|unremarkable chest|healthy|no finding",
    ),
)
_MENTIONS = [(name, kind, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)) for name, kind, pattern in _TERMS]
_SENTENCES = re.compile(r"[.;:\n!?]+(?=\s|$)")
_CLAUSES = re.compile(r",|\b(?:and|with|but|or|however|although|without|plus|as well as|nor)\b", re.IGNORECASE)
_NEGATE = re.compile(
    r"\b(?:no|not|without|negative for|free of|absence of|absent|denies|never|neither|clear of|resolution of|rules? out|removal of)\b",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"^[^,;]*?\b(?:not (?:seen|present|identified|visuali[sz]ed|evident)|no longer|absent|resolved|excluded|ruled out|(?:been )?removed)\b",
    re.IGNORECASE,
)
_RESUME = re.compile(r"\b(?:but|however|although|except|apart from|with|there (?:is|are))\b", re.IGNORECASE)
_BOTH = re.compile(
    r"\b(?:bilateral(?:ly)?|both (?:lung bases|\w+)|biapical|bibasilar|bibasal|left and right|right and left|diffuse)\b",
    re.IGNORECASE,
)
_SIDE = re.compile(r"\b(left|right)(?:-sided|ward)?\b", re.IGNORECASE)
_GRADES = (
    ("severe", re.compile(r"\b(?:severe(?:ly)?|large|massive|marked(?:ly)?|extensive|big|huge|gross(?:ly)?|tension|advanced)\b", re.I)),
    ("moderate", re.compile(r"\b(?:moderate(?:ly)?|moderate-sized|medium(?:-sized)?)\b", re.I)),
    ("mild", re.compile(r"\b(?:mild(?:ly)?|small|tiny|trace|minimal(?:ly)?|slight(?:ly)?|subtle|faint|minor|nondisplaced)\b", re.I)),
)
_VIEW = re.compile(r"\b(?:(AP|anteroposterior|portable|supine)|(PA|posteroanterior))\b", re.IGNORECASE)


def _mentions(sentence: str) -> list[tuple[int, int, str, str]]:
    """(start, end, finding, kind) in order; a span belongs to the first rule that claims it."""
    found: list[tuple[int, int, str, str]] = []
    for name, kind, pattern in _MENTIONS:
        for match in pattern.finditer(sentence):
            if all(match.end() <= start or match.start() >= end for start, end, _, _ in found):
                found.append((*match.span(), name, kind))
    return sorted(found)


def _negated(sentence: str, start: int, end: int) -> bool:
    cues = [match.end() for match in _NEGATE.finditer(sentence, 0, start)]
    if cues and not _RESUME.search(sentence, cues[-1], start):
        return True
    return bool(_AFTER.match(sentence[end:]))


def _side(text: str) -> str:
    if _BOTH.search(text):
        return "bilateral"
    sides = {match.group(1).lower() for match in _SIDE.finditer(text)}
    return sides.pop() if len(sides) == 1 else ("bilateral" if sides else "")


def _grade(text: str, mention: str) -> str:
    for source in (text, mention):
        hits = [(match.start(), grade) for grade, pattern in _GRADES for match in pattern.finditer(source)]
        if hits:
            return max(hits)[1]
    return ""


def _clause(sentence: str, start: int, end: int, floor: int, ceiling: int) -> tuple[str, str]:
    """The words before and after a mention that belong to it."""
    cuts = [match.span() for match in _CLAUSES.finditer(sentence) if match.end() <= start or match.start() >= end]
    first = max([floor, *(stop for _, stop in cuts if stop <= start)])
    last = min([ceiling, *(begin for begin, _ in cuts if begin >= end)])
    return sentence[first:start], sentence[end:last]


def _read(sentence: str) -> list[Finding]:
    found, side_before = [], ""
    sentence = re.sub(r"\b(?:left and right|right and left)\b", "bilateral", sentence, flags=re.IGNORECASE)
    spans = _mentions(sentence)
    for k, (start, end, name, kind) in enumerate(spans):
        if name != "No Finding" and _negated(sentence, start, end):
            continue
        floor = spans[k - 1][1] if k else 0
        ceiling = spans[k + 1][0] if k + 1 < len(spans) else len(sentence)
        before, after = _clause(sentence, start, end, floor, ceiling)
        inside = sentence[start:end]
        side = _side(before) or _side(inside) or _side(after)
        sided = name in SIDES or kind in DEVICE_SIDES
        if sided and not side and name in SIDES:
            side = side_before
        side_before = side or side_before
        grade = "" if name in ("Support Devices", "No Finding") else _grade(before, inside) or _grade(after, "")
        found.append(Finding(name, "bilateral" if name == "Edema" else side if sided else "", grade, kind))
    return found


def parse(text: str) -> Description:
    """Findings, sides, severities and view of a report or a typed prompt.

    Empty side, severity or view: the text leaves it open. Negated findings are left out. ``No Finding`` is reported where
    the text calls the chest normal and names nothing else but devices.
    """
    findings: list[Finding] = []
    for sentence in _SENTENCES.split(text):
        for item in _read(sentence):
            same = [k for k, other in enumerate(findings) if (other.name, other.kind) == (item.name, item.kind)]
            if same:
                findings[same[0]] = _merge(findings[same[0]], item)
            else:
                findings.append(item)
    if not findings and re.fullmatch(r"\s*(?:normal|clear|healthy)(?: lungs?| patient| subject)?\W*", text, re.IGNORECASE):
        findings = [Finding("No Finding")]
    if {item.name for item in findings} - {"No Finding", "Support Devices"}:
        findings = [item for item in findings if item.name != "No Finding"]
    if any(item.kind for item in findings):
        findings = [item for item in findings if item.name != "Support Devices" or item.kind]
    view = _VIEW.search(text)
    findings.sort(key=lambda item: FINDINGS.index(item.name))
    return Description(tuple(findings), "" if view is None else "AP" if view.group(1) else "PA")


def _merge(first: Finding, second: Finding) -> Finding:
    side = first.side or second.side
    if first.side and second.side and first.side != second.side:
        side = "bilateral"
    return Finding(first.name, side, first.severity or second.severity, first.kind)
