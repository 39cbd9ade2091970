"""No two terms of an organisation in a club have a day in common: the database itself sees to it.

Keep this the last migration that touches terms: when Django remakes the table on SQLite, its triggers are gone, and a
later migration has to put `NO_OVERLAP` back.
"""

from django.db import migrations

from core.database import in_each_database

OTHER_TERM = """SELECT RAISE(ABORT, 'terms of a membership overlap') FROM memberships_term
    WHERE organisation_id = NEW.organisation_id AND club_id = NEW.club_id AND id IS NOT NEW.id
    AND (ends_on IS NULL OR ends_on >= NEW.starts_on) AND (NEW.ends_on IS NULL OR starts_on <= NEW.ends_on)"""

NO_OVERLAP = in_each_database(
    postgresql=(
        "CREATE EXTENSION IF NOT EXISTS btree_gist",
        "ALTER TABLE memberships_term ADD CONSTRAINT memberships_term_no_overlap EXCLUDE USING gist"
        " (organisation_id WITH =, club_id WITH =, daterange(starts_on, ends_on, '[]') WITH &&)",
    ),
    sqlite=(
        f"CREATE TRIGGER memberships_term_no_overlap BEFORE INSERT ON memberships_term BEGIN {OTHER_TERM}; END",
        "CREATE TRIGGER memberships_term_no_overlap_later BEFORE UPDATE OF organisation_id, club_id, starts_on, ends_on"
        f" ON memberships_term BEGIN {OTHER_TERM}; END",
    ),
    undo={
        "postgresql": ("ALTER TABLE memberships_term DROP CONSTRAINT memberships_term_no_overlap",),
        "sqlite": ("DROP TRIGGER memberships_term_no_overlap", "DROP TRIGGER memberships_term_no_overlap_later"),
    },
)


class Migration(migrations.Migration):
    dependencies = [("memberships", "0002_dues")]

    operations = [NO_OVERLAP]
