"""The 6-12 chart: six weeks and twelve months of a KPI in one picture.

``chart`` draws it, ``places`` says where each mark is, ``words`` are its headings and legend, and
``annotations`` its numbered notes, which the trend has, too.
"""
