"""My account: what each agent sees and changes of their own."""
