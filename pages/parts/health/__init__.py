"""The page "Data health": ``health`` draws the verdict, sound rows, findings and definitions.

Uses the manifest of the snapshot alone.
"""
