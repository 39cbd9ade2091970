"""The ledger and the invoices are append-only, and an entry balances: the database itself sees to it."""

from django.db import migrations

from core.database import append_only, in_each_database

# The one change an entry knows: it is sealed, once, when its postings balance.
KEPT = ("id", "club_id", "journal", "happened_on", "recorded_at", "order_id", "payment_id", "key", "piece", "label")
SAME = " AND ".join(f"NEW.{column} IS NOT DISTINCT FROM OLD.{column}" for column in KEPT)
SAME_SQLITE = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in KEPT)
BALANCED = "(SELECT COUNT(*) >= 2 AND SUM(debit) = SUM(credit) FROM billing_posting WHERE entry_id = OLD.id)"

SEALING = in_each_database(
    postgresql=(
        f"""CREATE FUNCTION billing_seal() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' AND NEW.is_sealed AND NOT OLD.is_sealed AND {SAME} THEN
                IF {BALANCED} THEN RETURN NEW; END IF;
                RAISE EXCEPTION 'entry % does not balance', OLD.id USING ERRCODE = '23514';
            END IF;
            RAISE EXCEPTION 'entry % is kept as it is', OLD.id USING ERRCODE = '23514';
        END $$""",
        "CREATE TRIGGER billing_entry_kept BEFORE UPDATE OR DELETE ON billing_entry FOR EACH ROW"
        " EXECUTE FUNCTION billing_seal()",
        """CREATE FUNCTION billing_join() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF (SELECT is_sealed FROM billing_entry WHERE id = NEW.entry_id) THEN
                RAISE EXCEPTION 'entry % is sealed', NEW.entry_id USING ERRCODE = '23514';
            END IF;
            RETURN NEW;
        END $$""",
        "CREATE TRIGGER billing_posting_joins BEFORE INSERT ON billing_posting FOR EACH ROW"
        " EXECUTE FUNCTION billing_join()",
    ),
    sqlite=(
        "CREATE TRIGGER billing_entry_kept_delete BEFORE DELETE ON billing_entry"
        " BEGIN SELECT RAISE(ABORT, 'an entry is kept as it is'); END",
        "CREATE TRIGGER billing_entry_kept_update BEFORE UPDATE ON billing_entry"
        f" WHEN NOT (NEW.is_sealed AND NOT OLD.is_sealed AND {SAME_SQLITE})"
        " BEGIN SELECT RAISE(ABORT, 'an entry is kept as it is'); END",
        "CREATE TRIGGER billing_entry_balances BEFORE UPDATE ON billing_entry"
        f" WHEN NOT {BALANCED} BEGIN SELECT RAISE(ABORT, 'this entry does not balance'); END",
        "CREATE TRIGGER billing_posting_joins BEFORE INSERT ON billing_posting"
        " WHEN (SELECT is_sealed FROM billing_entry WHERE id = NEW.entry_id)"
        " BEGIN SELECT RAISE(ABORT, 'this entry is sealed'); END",
    ),
    undo={
        "postgresql": (
            "DROP TRIGGER billing_entry_kept ON billing_entry",
            "DROP TRIGGER billing_posting_joins ON billing_posting",
            "DROP FUNCTION billing_seal()",
            "DROP FUNCTION billing_join()",
        ),
        "sqlite": tuple(
            f"DROP TRIGGER {name}"
            for name in (
                "billing_entry_kept_delete", "billing_entry_kept_update", "billing_entry_balances", "billing_posting_joins",
            )
        ),
    },
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]

    operations = [
        SEALING,
        append_only("billing_posting"),
        append_only("billing_invoice"),
        append_only("billing_invoicefile"),
        append_only("billing_credit"),
    ]
