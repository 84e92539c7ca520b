"""What happened, credited to campaigns: leads, stages, deals and customers become one table.

Two steps: ``events.what_happened`` lists what happened as of a day, ``facts.credited_facts`` makes
facts of it under an attribution model of ``credit``. Uses the vocabulary only.
"""
