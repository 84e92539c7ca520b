"""Charts in Altair: functions of frames and of the colours they are drawn in; they know no page.

One module a picture: ``trend``, ``ranking``, ``drivers``, ``cohorts``, ``weekly`` (the 6-12 chart),
``depth`` (the small ones of "In depth"). ``theme`` has colours and files, ``axes`` what they share.
"""
