"""The demo: eighteen months of a software company, made up. A source like the others.

``demo.read`` returns its tables, ``files`` writes them as CSV, with settings to start from.
``story`` says what there is to find; ``campaigns``, ``days``, ``leads`` and ``deals`` make it.
Uses settings and sources.
"""
