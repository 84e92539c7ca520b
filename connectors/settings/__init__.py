"""What a deployment says about itself: settings.toml, and references to its secrets.

``file.active_settings`` is the way in; ``settings``, ``tables`` (how a table is mapped) and
``outbox`` (where messages go) are the schema, with ``kpis.signs.thresholds``; ``secrets`` looks
secrets up and keeps them out of every message, ``database_url`` keeps them out of the settings.
``presets`` adds the tables of connectors/presets/.
"""
