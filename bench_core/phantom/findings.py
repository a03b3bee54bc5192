"""What a film shows: the 14 CheXpert findings, each with side and severity."""

from dataclasses import dataclass

FINDINGS: tuple[str, ...] = (
    "No Finding",
    "Enlarged Cardiomediastinum",
    "Cardiomegaly",
    "Lung Opacity",
    "Lung Lesion",
    "Edema",
    "Consolidation",
    "Pneumonia",
    "Atelectasis",
    "Pneumothorax",
    "Pleural Effusion",
    "Pleural Other",
    "Fracture",
    "Support Devices",
)
SEVERITIES: tuple[str, ...] = ("mild", "moderate", "severe")
VIEWS: tuple[str, ...] = ("AP", "PA")
TUBE, LINE, DRAIN, FEEDING, PACEMAKER = DEVICES = (
    "endotracheal tube",
    "central line",
    "chest tube",
    "nasogastric tube",
    "pacemaker",
)

# Chance of (left, right, bilateral); findings that are not listed have no side.
SIDES: dict[str, tuple[float, float, float]] = {
    "Lung Opacity": (0.34, 0.36, 0.30),
    "Lung Lesion": (0.48, 0.52, 0.0),
    "Consolidation": (0.40, 0.45, 0.15),
    "Pneumonia": (0.40, 0.45, 0.15),
    "Atelectasis": (0.38, 0.32, 0.30),
    "Pneumothorax": (0.46, 0.54, 0.0),
    "Pleural Effusion": (0.36, 0.34, 0.30),
    "Pleural Other": (0.45, 0.45, 0.10),
    "Fracture": (0.50, 0.50, 0.0),
}
DEVICE_SIDES: dict[str, tuple[float, float, float]] = {
    LINE: (0.25, 0.75, 0.0),
    DRAIN: (0.45, 0.55, 0.0),
    PACEMAKER: (0.85, 0.15, 0.0),
}
WITHOUT_SEVERITY = frozenset({"No Finding", "Support Devices"})


@dataclass(frozen=True)
class Finding:
    """One finding on a film.

    Attributes:
        name: One of ``FINDINGS``.
        side: The patient's ``left``, ``right``, or ``bilateral``; empty where it does not apply or, in a parsed text, is
            left open. Radiological convention: the patient's right is on the left of the image.
        severity: One of ``SEVERITIES``; empty where it does not apply or is left open.
        kind: One of ``DEVICES`` for support devices, else empty.
    """

    name: str
    side: str = ""
    severity: str = ""
    kind: str = ""

    @property
    def sides(self) -> tuple[str, ...]:
        """The sides to draw, ``("left", "right")`` if bilateral."""
        return ("left", "right") if self.side == "bilateral" else (self.side,)

    @property
    def grade(self) -> int:
        """0, 1 or 2 for mild, moderate, severe."""
        return SEVERITIES.index(self.severity) if self.severity else 1


@dataclass(frozen=True)
class Description:
    """All findings of a film and its view, ``AP``, ``PA`` or empty where a text does not say."""

    findings: tuple[Finding, ...] = ()
    view: str = ""

    @property
    def labels(self) -> dict[str, int]:
        """0 or 1 for each of the 14 findings, in their fixed order."""
        present = {finding.name for finding in self.findings}
        return {name: int(name in present) for name in FINDINGS}

    def of(self, name: str) -> tuple[Finding, ...]:
        """The entries of one finding (devices may have several)."""
        return tuple(finding for finding in self.findings if finding.name == name)
