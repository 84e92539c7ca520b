"""The demo: eighteen months of a software company, made up. A source like the others.

``demo.read`` returns its tables, ``files.write_demo`` writes them as CSV; ``story`` says what
there is to find.
"""
