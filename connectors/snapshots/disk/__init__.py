"""What a snapshot may count on: files that are whole, one writer, and changes that are noticed.

``writes`` come whole to the disk or not at all, ``lock`` keeps writers apart, and ``checksums``
notice files that have changed.
"""
