"""The replies to alerts as data scientists read them: in numbers for all, one by one where they read the alert themselves."""
