"""Work outside requests: tasks, the clock that asks for them, events between domains."""
