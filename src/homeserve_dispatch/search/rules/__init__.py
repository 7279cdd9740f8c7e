"""The search for problems with rules that reach beyond one order in one route.

Crews, relations, breaks, restocking, several days, limits of a worker, locks, traffic and costs of
the whole plan. The loop is that of ``search.kernel``; a change is priced by timing anew whatever it
delays, in all routes. Problems without such rules never come here and pay nothing for them.
"""
