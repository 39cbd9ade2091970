"""Django's sessions in the database, read by a question whose SQL is written once (see `core.prepared`)."""

from django.contrib.sessions.backends import db
from django.utils import timezone

from core.prepared import prepared


@prepared
def live_session(session_key: str, now):
    return db.SessionStore.get_model_class().objects.filter(session_key=session_key, expire_date__gt=now)


class SessionStore(db.SessionStore):
    def _get_session_from_db(self):
        session = live_session.first(self.session_key, timezone.now()) if self.session_key else None
        if session is None:
            self._session_key = None
        return session
