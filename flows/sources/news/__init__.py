"""What a news page says of itself: when it was published, its title and section, and whether it is an article."""
