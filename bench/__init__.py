"""What `make bench` measures: speed as ratios to a floor or a peer of the same run, quality compared with the peers' models."""
