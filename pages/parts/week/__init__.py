"""The page "This week": cards, goals, outlook, signs; and what they ask of the facts."""
