"""A need on its page: to whom it is put and why, what each answers, what they say to one another, what is done of it."""
