"""What agents wrote, searched by whoever reads it: people met, comments, notes of visits; and the views of the lists."""
