"""What a deployment says about itself: settings.toml, and references to its secrets.

``file.active_settings`` is the way in; ``settings`` and ``outbox`` are the schema; ``secrets``
looks secrets up and keeps them out of every message.
"""
