"""What happened, credited to campaigns: leads, stages, deals and customers become one table.

Two steps: ``events.what_happened`` lists what happened as of a day, ``facts.credited_facts`` makes
facts of it under the models of ``credit``. Events are made of ``leads`` and which of
their touches count, ``stages`` they went through, ``customers`` they became, ``sales_cycles`` that
took, and amounts in company ``currency``. ``numbers`` stand for words and ``measures`` while facts
are made; by ``kept_tables`` an engine keeps what several questions share. ``rollup`` sums the facts
without what most questions never ask. Uses the vocabulary only.
"""
