"""What unmapped columns beside an amount say of it.

``other_currency`` names another, ``rate_units`` what a rate is for; ``refunded_amounts`` is what
came back, ``reversals`` a Storno in plus, ``unbooked_rows`` cancelled, planned, failed or offered
(by ``money_words``), ``unit_prices`` the price of one, ``other_side`` the second column of a
ledger. All are doubts. Uses the columns of unmapped.
"""
