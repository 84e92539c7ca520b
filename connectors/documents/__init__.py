"""Documents and tables as files: each module is the way in to its format.

``html``, ``pdf``, ``markdown`` and ``terminal`` write a document or a report, ``check_screen`` what
a check found, ``spreadsheet`` a table as CSV, ``chart_images`` a chart as SVG or PNG; ``fonts`` are
those of documents and charts. Uses snapshots (what ``check_screen`` prints) and sources.
"""
