"""What the numbers mean, and what a meeting makes of them: pure functions, no I/O, no clock.

The modules here are the vocabulary that every package may use. Packages, each on those before it:
facts, scorecard, lifetime, goals, weeks, change, funnel, signs, health, meeting.
"""
