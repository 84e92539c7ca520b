"""Messages out: digest and alerts to Slack and by e-mail.

``sending`` is the way in; ``messages`` asks what they say, ``sent_alerts`` remembers what each
channel was sent, ``outbox`` serves one channel or each: ``email`` or ``slack``. Uses settings,
snapshots, documents and the notebook.
"""
