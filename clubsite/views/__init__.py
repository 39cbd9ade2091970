from clubsite.views.desks import coordination, desk
from clubsite.views.front import front_page
from clubsite.views.health import health
from clubsite.views.letters import letter_list, letter_page, retry_letter
from clubsite.views.search import search

__all__ = [
    "coordination",
    "desk",
    "front_page",
    "health",
    "letter_list",
    "letter_page",
    "retry_letter",
    "search",
]
