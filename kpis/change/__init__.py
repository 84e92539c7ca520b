"""What changed, and why: drivers of a change, the sentence about it, and restated figures.

``drivers`` splits a change over groups, ``change_sentence`` puts it into words. ``restatement``
compares what an earlier meeting was shown with what the same days say now: ``earlier_day`` is the
records of today as of then, ``restatement_parts`` what each cause contributed. Uses scorecard, and
the usual range of weeks.
"""
