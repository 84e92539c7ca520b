"""Messages out: digest and alerts to Slack and by e-mail.

``sending`` is the way in; ``messages`` asks what they say, ``alerts`` remembers what each channel
was sent, ``outbox`` serves one channel or each.
"""
