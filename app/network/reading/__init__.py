"""What a page shows is read: what told the agent of it waits in the bell no more."""
