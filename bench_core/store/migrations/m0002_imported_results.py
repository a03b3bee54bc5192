"""Numbers that other tools wrote and a user imported: a table of their own, so that none of ours is ever made from them."""

from sqlalchemy import Column, Connection, Double, Integer, MetaData, String, Table, Text


def up(connection: Connection) -> None:
    """Creates the table."""
    Table(
        "imported_results", MetaData(),
        Column("id", Integer, primary_key=True, autoincrement=True), Column("name", String(120), nullable=False, index=True),
        Column("file", String(255), nullable=False), Column("row", Integer), Column("model", String(300), nullable=False),
        Column("metric", String(120), nullable=False), Column("metric_id", String(120), nullable=False),
        Column("encoder", String(120), nullable=False), Column("better", String(16), nullable=False),
        Column("mode", String(32), nullable=False),
        Column("subgroup", String(120), nullable=False), Column("caption", String(300), nullable=False),
        Column("value", Double, nullable=False), Column("n", Integer), Column("warning", Text, nullable=False),
        Column("created", Double, nullable=False),
    ).create(connection)  # fmt: skip
