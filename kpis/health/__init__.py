"""What is wrong with the rows, and which KPI it bends.

``health`` is the way in. ``checks`` are those of one row, as data; ``references`` are ids that name
rows of another table, ``writings`` one name written several ways, ``shared_ids`` placeholders that
make strangers one customer; ``rejected`` is the sentence on rejected rows. Uses facts.
"""
