"""The page "Campaigns".

``tables`` shows KPIs by campaign, ``attribution`` how much they depend on its model. Uses frame.
"""
