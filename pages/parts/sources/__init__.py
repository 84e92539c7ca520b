"""The page "Sources": what was read, what the tables hold, and what could not be used.

``tables`` draws rows, dates and ages; ``holdings`` deals, joins and blanks; ``remarks`` what is
wrong, and how tables were read; ``rejects`` the rejected rows. Uses the manifest of the snapshot,
and the file of rejected rows.
"""
