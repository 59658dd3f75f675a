"""What `make bench` measures: speed as ratios against a floor or a peer of the same run, quality beside the peers' models."""
