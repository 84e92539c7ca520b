"""Documents and tables as files: each module is the way in to its format.

``html``, ``pdf``, ``markdown`` and ``terminal`` write a document or a report, ``spreadsheet`` a
table as CSV, ``chart_images`` a chart as SVG or PNG; ``fonts`` are those of documents and charts.
Uses snapshots (the checkup that ``terminal`` prints) and sources.
"""
