"""The expert rules: their versions, their trial on the list in force."""
