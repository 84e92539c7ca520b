"""Documents and tables: HTML, PDF, Markdown, charts as pictures, CSV, text on a terminal."""
