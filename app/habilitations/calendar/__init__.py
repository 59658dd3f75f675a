"""What time does to rights, every night and every morning."""
