"""How many texts of a set an encoder reads only the beginning of; what is said of it stands beside the numbers that read texts."""

from bench_core.cards import EncoderCard
from bench_core.data import CUT, ImageSet
from bench_core.encoders.text_reading import readings
from bench_core.errors import BenchError


def with_cut_texts(images: ImageSet, card: EncoderCard) -> dict[str, object]:
    """The meta of a set with the count for this encoder; as it is where none is cut, or where that cannot be known."""
    texts = images.table["prompt"].dropna()
    try:
        found = readings(card, texts.unique().tolist())
    except BenchError:  # a tokenizer that cannot be read is told of where texts are encoded
        found = None
    cut = {text for text, reading in zip(texts.unique(), found or (), strict=False) if reading.cut}
    if not cut:
        return dict(images.meta)
    most = max(reading.read for reading in found or ())
    return {**images.meta, CUT: {"texts": int(texts.isin(cut).sum()), "of": len(texts), "read": most}}
