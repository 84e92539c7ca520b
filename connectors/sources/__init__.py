"""Where tables come from: databases, Google Sheets, files. Each ``read`` returns raw tables.

Nothing is interpreted here; ``raw.RawTable`` is what the mapping takes.
"""
