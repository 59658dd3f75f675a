"""The simulated economy: firms, distress, what partners see of them."""
