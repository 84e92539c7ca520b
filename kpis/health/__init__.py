"""What is wrong with the rows, and which KPI it bends.

``health`` is the way in. ``checks`` are those of one row, as data, and ``row_flags`` finds them;
``doubtful_dates`` are those that many rows hardly have. ``marked_values`` joins what the checks of
ids find to the rows: ``references`` are ids that name rows of another table, ``writings`` one name
written several ways (``alike`` compares them, ``campaign_names`` are all names of campaigns),
``slips`` campaigns that a letter or a short field keeps apart, ``same_number`` ids that numbers mix
up, ``shared_ids`` placeholders that make strangers one customer, ``same_rows`` rows entered twice,
``campaigns_apart`` costs and leads that share no campaign. ``stage_names`` are stages that may be
MQL or SQL, ``future`` rows still to come. ``source_facts`` are what tables hold, with ``joins``
that find rows and ``arrivals`` of records, and ``facts_text`` says it; ``rejected`` are rejected
rows by reason, ``remarks`` all there is to say, in the order of harm. Uses facts.
"""
