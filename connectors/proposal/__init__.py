"""A mapping proposed for what a survey found, each line with its reason and a score.

``proposal.proposed`` recognises the tables of presets (``recognised``, part by part in
``preset_parts``), and maps others (``tables``): columns by name and kind (``columns``, with the
``names`` that people use), the values of a status by what they say (``statuses``), keys by the
values that tables share (``joins``). What a ``trial`` of the real mapping refuses is not proposed.
``company`` finds currency and newest day, ``settings_text`` is the settings file with all reasons,
``answers`` what a person decides. ``first_settings`` leads from the sources that a person names to
the file. Uses settings, survey, mapping and, of sources, what a query reads.
"""
