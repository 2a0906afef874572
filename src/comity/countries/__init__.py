"""What is known of each country: hours, emergency numbers, words."""
