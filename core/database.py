"""What a database guarantees beyond Django's constraints, said in each database's own words."""

from django.db import migrations


def in_each_database(*, postgresql: tuple[str, ...], sqlite: tuple[str, ...], undo: dict[str, tuple[str, ...]]):
    """A migration operation that runs the statements of the database at hand; `undo` names those of the way back."""
    forward = {"postgresql": postgresql, "sqlite": sqlite}
    return migrations.RunPython(_running(forward), _running(undo), elidable=False)


def _running(statements: dict[str, tuple[str, ...]]):
    def run(apps, schema_editor):
        for statement in statements[schema_editor.connection.vendor]:
            # Through the cursor: the schema editor would look for parameters behind every %.
            with schema_editor.connection.cursor() as cursor:
                cursor.execute(statement)

    return run


def append_only(table: str):
    """A migration operation after which rows of `table` can be added, but neither changed nor deleted."""
    return in_each_database(
        postgresql=(
            "CREATE OR REPLACE FUNCTION core_keep_rows() RETURNS trigger LANGUAGE plpgsql AS $$"
            " BEGIN RAISE EXCEPTION 'rows of % are kept as they are', TG_TABLE_NAME USING ERRCODE = '23514'; END $$",
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION core_keep_rows()",
        ),
        sqlite=tuple(
            f"CREATE TRIGGER {table}_kept_{verb.lower()} BEFORE {verb} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, 'rows of {table} are kept as they are'); END"
            for verb in ("UPDATE", "DELETE")
        ),
        undo={
            "postgresql": (f"DROP TRIGGER {table}_kept ON {table}",),
            "sqlite": (f"DROP TRIGGER {table}_kept_update", f"DROP TRIGGER {table}_kept_delete"),
        },
    )
