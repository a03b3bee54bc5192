"""The tables as they are now (migrations bring a database here); reading them from the database's own catalogue would be slower."""

from sqlalchemy import Boolean, Column, Double, Integer, MetaData, String, Table, Text

metadata = MetaData()

image_sets = Table(
    "image_sets", metadata,
    Column("id", String, primary_key=True), Column("kind", String), Column("generator", String), Column("images", Integer),
    Column("bytes", Integer), Column("fingerprint", String), Column("complete", Boolean), Column("created", Double), Column("meta", Text),
)  # fmt: skip
"""`fingerprint`: content key of the image digests; `bytes`: files of the set when it was written; `meta`: JSON."""

set_names = Table("set_names", metadata, Column("name", String, primary_key=True), Column("set_id", String))
"""Names are aliases: two requests that make the same images share one set."""

runs = Table(
    "runs", metadata,
    Column("id", String, primary_key=True), Column("kind", String), Column("name", String), Column("key", String), Column("spec", Text),
    Column("set_id", String), Column("status", String), Column("priority", Integer), Column("done", Integer), Column("total", Integer),
    Column("step", Integer), Column("steps", Integer), Column("message", Text), Column("error", Text), Column("hint", Text),
    Column("created", Double), Column("started", Double), Column("finished", Double), Column("worked", Double), Column("made", Integer),
    Column("worker", String), Column("heartbeat", Double), Column("attempts", Integer),
    Column("cancelling", Boolean), Column("pausing", Boolean), Column("owner", String), Column("model", String), Column("images", Integer),
    Column("expected", Double), Column("since", Double), Column("busy", Double), Column("overtaken", Integer), Column("share", Double),
    Column("ends", Double),
)  # fmt: skip
"""`worked`, `made`: seconds spent on, and number of, images made by this run (the rest was there): the base of estimates.

`attempts`: workers that died over it. `owner`: who asked for it. `model`: the generator or encoder that it needs. `images`: how many it
makes. `expected`: seconds that it should take. `since`: when it last came into the queue. `busy`: seconds that workers spent on it before
`started`. `overtaken`: how often a later run was taken before it. `share`: of its work, what is done, also of the batch or metric in
progress; `ends`: when it should end, at the speed that its worker measured. Both are NULL until something was measured.
"""

workers = Table(
    "workers", metadata,
    Column("id", String, primary_key=True), Column("host", String), Column("pid", Integer), Column("started", Double),
    Column("heartbeat", Double), Column("serves", Boolean), Column("device", String), Column("loaded", Text),
)  # fmt: skip
"""`serves`: takes whatever is queued; a process that carries out a single run of its own does not. `loaded`: models it has, as JSON."""

users = Table("users", metadata, Column("name", String, primary_key=True), Column("used", Double), Column("seen", Double))
"""What each user had of the workers: seconds, of which half is forgotten every hour, as they were at time `seen`."""

results = Table(
    "results", metadata,
    Column("id", Integer, primary_key=True, autoincrement=True), Column("run_id", String), Column("step_key", String),
    Column("synthetic", String), Column("real", String), Column("train", String), Column("encoder", String), Column("encoder_key", String),
    Column("encoder_revision", String), Column("metric", String), Column("family", String), Column("subgroup", String),
    Column("mode", String),
    *(Column(c, Double) for c in ("value", "low", "high", "matched", "null_value", "null_low", "null_high")),
    Column("settings", Text), Column("seed", Integer), Column("version", Integer), Column("status", String), Column("message", Text),
    Column("n_real", Integer), Column("n_synthetic", Integer), Column("n_train", Integer), Column("seconds", Double),
    Column("created", Double),
)  # fmt: skip
"""`step_key`: content key of everything that decides these numbers; rows with it are copied, not computed again."""

imported_results = Table(
    "imported_results", metadata,
    Column("id", Integer, primary_key=True, autoincrement=True), Column("name", String), Column("file", String), Column("row", Integer),
    Column("model", String), Column("metric", String), Column("metric_id", String), Column("encoder", String), Column("better", String),
    Column("mode", String), Column("subgroup", String), Column("caption", String), Column("value", Double), Column("n", Integer),
    Column("warning", Text), Column("created", Double),
)  # fmt: skip
"""Numbers of other tools: `name` is that of the import, `row` counts from 1 without the header, `metric` is the column's name."""

derived = Table(
    "derived", metadata,
    Column("key", String, primary_key=True), Column("kind", String), Column("bytes", Integer), Column("created", Double),
    Column("value", Text),
)  # fmt: skip
"""Things computed from sets: `value` holds small ones as JSON, a parquet file named by the key the others."""

derived_sets = Table("derived_sets", metadata, Column("key", String, primary_key=True), Column("set_id", String, primary_key=True))
marks = Table(
    "marks", metadata,
    Column("id", Integer, primary_key=True, autoincrement=True), Column("synthetic", String), Column("image_id", String),
    Column("train", String), Column("train_image_id", String), Column("mark", String), Column("author", String), Column("created", Double),
)  # fmt: skip
"""What people said of pairs of images, entry by entry; the last one of a pair stands."""

guests = Table("guests", metadata, Column("id", String, primary_key=True), Column("name", String))
"""People whom a signed token in their browser tells apart, and what they want to be called."""

reader_studies = Table(
    "reader_studies", metadata,
    Column("id", String, primary_key=True), Column("name", String), Column("design", Text), Column("cases", Text),
    Column("secret", String), Column("owner", String), Column("created", Double), Column("closed", Double),
)  # fmt: skip
"""`design`, `cases`: JSON; `secret`: what the names of films in addresses are made from; `closed`: NULL as long as answers are taken."""

study_readers = Table(
    "study_readers", metadata,
    Column("id", Integer, primary_key=True, autoincrement=True), Column("study", String), Column("name", String), Column("token", String),
    Column("sequence", Text), Column("joined", Double),
)  # fmt: skip
"""`token`: in the link that makes a browser this reader; `sequence`: ids of the cases in this reader's order, as JSON."""

study_answers = Table(
    "study_answers", metadata,
    Column("id", Integer, primary_key=True, autoincrement=True), Column("study", String), Column("reader", Integer),
    Column("position", Integer), Column("question", String), Column("part", String), Column("revision", Integer), Column("rating", Double),
    Column("choice", Text), Column("seconds", Double), Column("created", Double),
)  # fmt: skip
"""A journal: an answer that is corrected stays, and the one of the highest revision stands."""

states = Table("states", metadata, Column("name", String, primary_key=True), Column("value", Text))
