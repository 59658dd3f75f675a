"""What agents wrote, searched by whoever reads it: people met, comments, notes of visits; views and lists of firms by their names."""
