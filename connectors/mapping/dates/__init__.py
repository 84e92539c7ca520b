"""Days and times: ``dates.moments`` reads the cells of a column, whatever type carries them.

``texts`` reads what is written, in the ``order`` that the column proves and with ``month_names`` of
languages; ``numbers`` and ``formats`` read counted days and given formats, ``whole_days`` finds
columns of midnights, ``refusals`` says why a text is no date. Uses the cells of mapping.
"""
