"""Charts in Altair, and their theme. They take frames and colours, and know no page."""
