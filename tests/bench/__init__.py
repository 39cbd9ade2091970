"""How fast the club manager is beside an empty Django page, under the same server, in the same run.

`make bench` (or `python -m tests.bench`) fills a scratch database of PostgreSQL with 10,000 registrations, starts the product
as in production under gunicorn with two sync workers, and measures one row of the table after the other. The load comes
from threads of the same machine, so it takes part of the same processors: requests a second are fewer than a
machine of its own would serve. What counts is the ratio to the floor, and what a request costs a worker in CPU.
"""
