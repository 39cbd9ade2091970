"""Hundreds of random histories of money, with processes killed at any point, and what must hold whatever happened.

`make chaos` plays 500 of them, prints their seed and what was done, and then shows that they fail once a rule is taken
away; the plain test suite plays a few. Each history has its own dice, seeded by the run's seed and its number:
`python -m tests.chaos --seed … --only …` plays one again, step by step.

Every act is a real one of the house, in a process that may be killed or stand still on its way. The process that plays a
history never touches the database: it is the payers, the banks, the network and the clock, and runs the stand-in for
Stripe and a mail server.

The rooms, each standing on the ones before it: `fates` (what may become of a process) ← `processes` ← `clock`, `scene`
(who there is) ← `goods`, `dues`, `places`, `shelf` (what is sold) ← `buyers`, `club` (what people do) ← `requirements`
(what must hold) ← `deliveries`, `acts`, `world` (payers, banks, bad days) ← `postbox`, `histories` ← `rehearsal`, `press`,
`controls` ← `worker` (one history after the other in one database) ← `__main__` (several workers, the summary).
"""
