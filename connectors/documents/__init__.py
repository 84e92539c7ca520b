"""Documents and tables as files: HTML, PDF, Markdown, charts as pictures, CSV."""
