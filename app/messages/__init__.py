"""What Vigie says to its agents: e-mails and the bell."""
