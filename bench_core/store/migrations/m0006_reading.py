"""Reader studies: their designs and cases, their readers with the links that name them, and every answer."""

from sqlalchemy import Column, Connection, Double, Integer, MetaData, String, Table, Text, UniqueConstraint


def up(connection: Connection) -> None:
    """Creates three tables."""
    tables = MetaData()
    Table(
        "reader_studies", tables,
        Column("id", String(16), primary_key=True), Column("name", String(120), nullable=False, unique=True),
        Column("design", Text, nullable=False), Column("cases", Text, nullable=False), Column("secret", String(64), nullable=False),
        Column("owner", String(120), nullable=False), Column("created", Double, nullable=False), Column("closed", Double),
    )  # fmt: skip
    Table(
        "study_readers", tables,
        Column("id", Integer, primary_key=True, autoincrement=True), Column("study", String(16), nullable=False, index=True),
        Column("name", String(120), nullable=False), Column("token", String(64), nullable=False, unique=True),
        Column("sequence", Text, nullable=False), Column("joined", Double, nullable=False), UniqueConstraint("study", "name"),
    )  # fmt: skip
    Table(
        "study_answers", tables,
        Column("id", Integer, primary_key=True, autoincrement=True), Column("study", String(16), nullable=False, index=True),
        Column("reader", Integer, nullable=False), Column("position", Integer, nullable=False),
        Column("question", String(32), nullable=False), Column("part", String(16), nullable=False),
        Column("revision", Integer, nullable=False), Column("rating", Double), Column("choice", Text, nullable=False),
        Column("seconds", Double, nullable=False), Column("created", Double, nullable=False),
        UniqueConstraint("reader", "position", "question", "part", "revision"),
    )  # fmt: skip
    tables.create_all(connection)
