"""Agents' feedback on detections, and the firms they flag."""
