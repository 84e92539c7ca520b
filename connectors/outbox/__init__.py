"""Messages out: digest and alerts to Slack and by e-mail.

``outbox.send`` is the way in; ``messages`` asks what they say, ``alerts`` remembers what each
channel was sent.
"""
