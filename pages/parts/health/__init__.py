"""The page "Data health".

``health`` draws the verdict, tables, findings and rejected rows, ``notes`` how the tables were
read. Uses frame.
"""
