"""All I/O: sources in, snapshots on disk, the teams' records, documents and messages out.

Packages, each on those before it: settings, sources, demo, mapping, survey, proposal,
snapshots, documents, notebook, outbox.
"""
