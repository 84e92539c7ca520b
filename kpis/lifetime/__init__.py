"""Customer lifetime value that is predicted from payments (BG/NBD and Gamma-Gamma).

``predicted`` is the way in, used when a snapshot is built.
"""
