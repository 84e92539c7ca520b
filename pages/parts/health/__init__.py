"""The page "Data health": ``health`` draws the verdict, tables, findings, definitions and rejects.

``notes`` draws what was noted while the tables were read. Uses the manifest of the snapshot alone.
"""
