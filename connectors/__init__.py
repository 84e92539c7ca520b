"""All I/O: sources in, snapshots on disk."""
