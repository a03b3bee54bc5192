"""Guests keep a name in their browser; a run says how far it is and when it should end, as its worker measured it."""

from sqlalchemy import Column, Connection, MetaData, String, Table


def up(connection: Connection) -> None:
    """Adds the table of guests and two columns of runs."""
    Table(
        "guests",
        MetaData(),
        Column("id", String(64), primary_key=True),
        Column("name", String(120), nullable=False, unique=True),
    ).create(connection)
    connection.exec_driver_sql("ALTER TABLE runs ADD COLUMN share DOUBLE PRECISION")
    connection.exec_driver_sql("ALTER TABLE runs ADD COLUMN ends DOUBLE PRECISION")
