"""What imports said of a set, by the name that each gave it: a part of the set's meta, in the database."""

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, select, update

from bench_core.store import schema

IMPORTS = "imports"
"""Key of a set's meta: by name, how many images were imported, how many were left out by reason, and what was noted."""


def change_imports(connection: Connection, set_id: str, change: Callable[[dict[str, Any]], object]) -> None:
    """Changes what a set keeps of its imports; does nothing where there is no such set."""
    sets = schema.image_sets
    text = connection.scalar(select(sets.c.meta).where(sets.c.id == set_id))
    if text is not None:
        meta = json.loads(text)
        imports = meta.get(IMPORTS, {})
        change(imports)
        connection.execute(update(sets).where(sets.c.id == set_id).values(meta=json.dumps({**meta, IMPORTS: imports})))
