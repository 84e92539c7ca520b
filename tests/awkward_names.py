"""Names that mean something to some format, and must come out as the text that they are."""

AWKWARD = (
    "<script>alert(1)</script>",
    "=1+1",
    "**bold** _it_ ~no~ `code`",
    "<!channel> <!here>",
    "<@U123> @here #general",
    "<https://evil.example|click>",
    "Fish & Chips &amp; more",
    ":wave: 🎉 👩‍👩‍👧",
    "مرحبا بالعالم",
    "\u202eright to left\u202c",
    "{{ 7 * 7 }} ${x} %s",
)
