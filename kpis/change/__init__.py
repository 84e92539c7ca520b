"""What changed, and why: drivers of a change, the sentence about it, and restated figures.

``drivers`` splits a change over groups, ``findings`` puts it into a sentence, ``restatement``
compares what an earlier meeting was shown with what the same days say now.
"""
