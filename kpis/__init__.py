"""What the numbers mean, and what a meeting makes of them: pure functions, no I/O, no clock.

The modules here are the vocabulary that every package may use: ``model``, ``catalogue``,
``definitions``, ``coverage``, ``calendar``, ``display``, ``document``, ``records``, ``errors``.
``catalogue_page`` alone is a script, which prints docs/kpis.md. Packages, each on those before it:
facts, scorecard, lifetime, goals, weeks, change, funnel, signs, health, meeting.
"""
