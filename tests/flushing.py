"""Emptying tables between tests, although the database refuses to delete rows that are kept for ever.

PostgreSQL truncates, which its triggers let pass. SQLite deletes row by row: its triggers are put away meanwhile and put
back word for word.
"""

from django.db.backends.sqlite3.base import DatabaseOperations


def let_flush_empty_kept_tables(monkeypatch) -> None:
    plain = DatabaseOperations.sql_flush

    def sql_flush(self, style, tables, **options):
        statements = plain(self, style, tables, **options)
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        away = [f"DROP TRIGGER {self.quote_name(name)}" for name, _sql in triggers]
        return [*away, *statements, *(sql for _name, sql in triggers)] if statements else []

    monkeypatch.setattr(DatabaseOperations, "sql_flush", sql_flush)
