"""The e-mail of each Monday to whoever keeps antennes: what waits there, since when; one a week, that can be stopped."""
