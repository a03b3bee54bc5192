"""A queue that people share: whose a run is, which model it needs, how long it should take, and how much of the workers each had."""

from sqlalchemy import Column, Connection, Double, MetaData, String, Table

COLUMNS = {
    "runs": {
        "owner": "VARCHAR(120) NOT NULL DEFAULT ''",
        "model": "VARCHAR(120) NOT NULL DEFAULT ''",
        "images": "INTEGER NOT NULL DEFAULT 0",
        "expected": "DOUBLE PRECISION",
        "since": "DOUBLE PRECISION",
        "busy": "DOUBLE PRECISION NOT NULL DEFAULT 0",
        "overtaken": "INTEGER NOT NULL DEFAULT 0",
        "pausing": "BOOLEAN NOT NULL DEFAULT false",
    },
    "workers": {"device": "VARCHAR(64) NOT NULL DEFAULT ''", "loaded": "TEXT NOT NULL DEFAULT ''"},
}


def up(connection: Connection) -> None:
    """Adds the columns and the table of users."""
    for table, columns in COLUMNS.items():
        for name, kind in columns.items():
            connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {name} {kind}")
    connection.exec_driver_sql("UPDATE runs SET since = created")
    Table(
        "users",
        MetaData(),
        Column("name", String(120), primary_key=True),
        Column("used", Double, nullable=False),
        Column("seen", Double, nullable=False),
    ).create(connection)
