"""A miniature of CC-NEWS: outlets, dates, copies and a trend of sentiment, all planted."""
