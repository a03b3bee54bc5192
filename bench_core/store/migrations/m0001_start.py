"""The first database: sets and their names, runs and workers, results, derived files, small states."""

from sqlalchemy import BigInteger, Boolean, Column, Connection, Double, ForeignKey, Index, Integer, MetaData, String, Table, Text


def up(connection: Connection) -> None:
    """Creates all tables."""
    start = MetaData()
    Table(
        "image_sets", start,
        Column("id", String(64), primary_key=True), Column("kind", String(16), nullable=False), Column("generator", String(120)),
        Column("images", Integer, nullable=False), Column("bytes", BigInteger, nullable=False),
        Column("fingerprint", String(64), nullable=False),
        Column("complete", Boolean, nullable=False), Column("created", Double, nullable=False), Column("meta", Text, nullable=False),
    )  # fmt: skip
    Table("set_names", start, Column("name", String(120), primary_key=True), Column("set_id", String(64), nullable=False, index=True))
    Table(
        "runs", start,
        Column("id", String(32), primary_key=True), Column("kind", String(16), nullable=False), Column("name", String(120), nullable=False),
        Column("key", String(64), nullable=False, index=True), Column("spec", Text, nullable=False), Column("set_id", String(64)),
        Column("status", String(16), nullable=False), Column("priority", Integer, nullable=False),
        Column("done", Integer, nullable=False), Column("total", Integer, nullable=False), Column("step", Integer, nullable=False),
        Column("steps", Integer, nullable=False), Column("message", Text, nullable=False), Column("error", Text, nullable=False),
        Column("hint", Text, nullable=False), Column("created", Double, nullable=False), Column("started", Double),
        Column("finished", Double), Column("worked", Double), Column("made", Integer), Column("worker", String(64)),
        Column("heartbeat", Double), Column("attempts", Integer, nullable=False), Column("cancelling", Boolean, nullable=False),
        Index("runs_queue", "status", "priority", "created"),
    )  # fmt: skip
    Table(
        "workers", start,
        Column("id", String(64), primary_key=True), Column("host", String(200), nullable=False),
        Column("pid", Integer, nullable=False),
        Column("started", Double, nullable=False), Column("heartbeat", Double, nullable=False), Column("serves", Boolean, nullable=False),
    )  # fmt: skip
    Table(
        "results", start,
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("run_id", String(32), ForeignKey("runs.id", ondelete="CASCADE"), nullable=False, index=True),
        Column("step_key", String(64), nullable=False, index=True), Column("synthetic", String(64), nullable=False, index=True),
        Column("real", String(64), nullable=False, index=True), Column("train", String(64), index=True),
        Column("encoder", String(120), nullable=False), Column("encoder_key", String(64), nullable=False),
        Column("encoder_revision", String(120)), Column("metric", String(120), nullable=False),
        Column("family", String(32), nullable=False),
        Column("subgroup", String(120), nullable=False), Column("mode", String(32), nullable=False),
        *(Column(c, Double) for c in ("value", "low", "high", "matched", "null_value", "null_low", "null_high")),
        Column("settings", Text, nullable=False), Column("seed", Integer, nullable=False), Column("version", Integer, nullable=False),
        Column("status", String(16), nullable=False), Column("message", Text, nullable=False), Column("n_real", Integer),
        Column("n_synthetic", Integer), Column("n_train", Integer), Column("seconds", Double, nullable=False),
        Column("created", Double, nullable=False),
    )  # fmt: skip
    Table(
        "derived", start,
        Column("key", String(64), primary_key=True), Column("kind", String(32), nullable=False),
        Column("bytes", BigInteger, nullable=False),
        Column("created", Double, nullable=False),
        Column("value", Text),
    )  # fmt: skip
    Table(
        "derived_sets", start,
        Column("key", String(64), ForeignKey("derived.key", ondelete="CASCADE"), primary_key=True),
        Column("set_id", String(64), primary_key=True, index=True),
    )  # fmt: skip
    Table("states", start, Column("name", String(120), primary_key=True), Column("value", Text, nullable=False))
    start.create_all(connection)
