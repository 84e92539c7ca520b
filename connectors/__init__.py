"""All I/O: sources in, snapshots on disk, the teams' records, documents and messages out.

Packages, each on those before it: settings, sources, demo, mapping, snapshots, documents,
notebook, outbox.
"""
