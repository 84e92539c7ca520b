"""What the teams wrote down, on screen: from a finding to an action, and how records are edited.

``notebook`` is the cached access to the records, ``actions`` makes one of a finding, ``forms`` has
the fields of a record, ``dialog`` changes it and shows its history, ``record_words`` puts it into
words. Uses frame.
"""
