"""A crowd at a few events: thousands of operations by several processes at the same moment, and what must hold.

`make crowd` plays 100,000 of them on PostgreSQL, in rounds with fresh events each, prints the seed and what was done, and
then shows that the same crowd oversells once the lock is taken away; the plain test suite plays a few hundred.

The rooms: `scene` (who there is) ← `acts` (what people do) ← `requirements` (what must hold) ← `worker` (one process of
the crowd) ← `__main__` (rounds, an onlooker, the summary).
"""
