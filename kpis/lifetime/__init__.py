"""Customer lifetime value that is predicted from payments (BG/NBD and Gamma-Gamma).

``expected_margins`` is the way in, used when a snapshot is built and when its facts are opened for
another day or other definitions. ``predictive`` joins the two models, ``bg_nbd`` (how often and how
long customers pay) and ``gamma_gamma`` (how much), each fitted by ``likelihood``. Uses facts
and scorecard.
"""
