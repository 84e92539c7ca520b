"""The teams' records on screen: read, written, edited, and made out of a finding."""
