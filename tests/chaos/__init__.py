"""Hundreds of random histories of money, with processes killed at any point, and what must hold whatever happened.

`python -m tests.chaos --histories 500 --seed autumn` (`make chaos`) prints its seed and what it did; the plain test suite
runs a few. Each history has its own dice, seeded by the run's seed and its number, so that one that fails can be played
again alone.

Every step is a real action of the house in a process of its own, forked for it, which may be killed or stand still on its
way. The process that plays the history never touches the database: it is the payer, the bank, the network and the clock,
and runs the stand-in for Stripe and a mail server.

The rooms, each standing on the ones before it: `fates` (what may become of a process) ← `processes` (forking) ← `scene`,
`goods` (who buys what) ← `requirements` (what must hold) ← `buyers`, `club` (the steps of people) ← `world` (the steps of
payers, banks and clocks) ← `histories` ← `worker` (one after the other in one database) ← `__main__` (several workers,
their databases, the summary). `controls` are rules taken away: then a history must fail.
"""
