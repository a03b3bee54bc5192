"""What people say of pairs of a synthetic and a training image."""

from sqlalchemy import Column, Connection, Double, Integer, MetaData, String, Table


def up(connection: Connection) -> None:
    """Creates the table; ids of images are as long as a user made them."""
    Table(
        "marks", MetaData(),
        Column("id", Integer, primary_key=True, autoincrement=True), Column("synthetic", String(64), nullable=False, index=True),
        Column("image_id", String, nullable=False), Column("train", String(64), nullable=False, index=True),
        Column("train_image_id", String, nullable=False), Column("mark", String(32), nullable=False),
        Column("author", String(120), nullable=False, index=True), Column("created", Double, nullable=False),
    ).create(connection)  # fmt: skip
