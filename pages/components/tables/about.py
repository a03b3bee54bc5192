"""What numbers that leave the page are about: stands in every row of their CSV, and beside the figure in its HTML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd

from bench_core.api import Metric
from pages.components.frame.reference import ReferenceInUse
from pages.components.style.markup import Markup, html, joined
from pages.components.style.numbers import arrow, counted

READING = (
    "value is the score of all images, low to high its 95 percent interval. matched is the score at the sizes at which a perfect generator "
    "was measured; null is what that scored, and 95 percent of perfect generators fall between null_low and null_high, the grey band of a "
    "figure. Compare matched with the band, and quote value."
)
"""How the columns of numbers are read."""


@dataclass(frozen=True)
class About:
    """What a download is about.

    Attributes:
        facts: by name of the column.
        metrics: what each metric is, a sentence each.
    """

    title: str
    facts: Mapping[str, str]
    metrics: Sequence[str]
    reading: str = READING

    def on_rows(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame with the facts as further columns; what it has already stays."""
        further = {k: v for k, v in {**self.facts, "how_to_read": self.reading}.items() if k not in frame}
        return frame.assign(**further)

    def html(self) -> Markup:
        """The facts, the metrics and how to read them, for the page of a figure."""
        facts = joined(html("<dt>{}</dt><dd>{}</dd>", k.replace("_", " "), v) for k, v in self.facts.items())
        metrics = joined(html("<p>{}</p>", m.replace("`", "")) for m in self.metrics)
        return html("<dl>{}</dl>{}<p>{}</p>", facts, metrics, self.reading)


def about(title: str, reference: ReferenceInUse, rows: pd.DataFrame, metrics: Mapping[str, Metric], mode: str = "corrected") -> About:
    """What these rows of `api.results` are about: reference, encoder, mode, metrics with their versions, numbers of images, dates."""
    shown = [metrics[m] for m in dict.fromkeys(rows["metric"]) if m in metrics]
    made = rows["created"].dropna()
    dates = sorted({f"{t:%Y-%m-%d}" for t in (made.min(), made.max())}) if len(made) else []
    sizes = sorted({int(n) for n in rows["n_synthetic"].dropna()})
    revisions = sorted({str(r) for r in rows["encoder_revision"].dropna()})
    train = f"{reference.train_name} ({counted(reference.n_train, 'image')})" if reference.train else "none"
    facts = {
        "real_set": f"{reference.real_name} ({counted(reference.n_real, 'image')})",
        "training_set": train,
        "encoder": f"{reference.encoder_title} ({reference.encoder})" + (f", revision {', '.join(revisions)}" if revisions else ""),
        "mode": mode,
        "metrics": "; ".join(f"{m.title} ({m.id}, version {m.version}, {arrow(m)})" for m in shown),
        "synthetic_images": f"{sizes[0]:,}" if len(sizes) == 1 else f"{sizes[0]:,} to {sizes[-1]:,}" if sizes else "",
        "computed": " to ".join(dates),
        "exported": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "made_with": "TriadCXR",
    }
    if reference.simulated:
        facts["patients"] = "simulated, no clinical meaning"
    return About(title, facts, [f"{m.title}: {' '.join(m.summary.split())} {m.paper}" for m in shown])
