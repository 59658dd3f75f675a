"""A host: a process with a home, an application and connections of its own, on the database of the tests."""

import importlib
import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app import create_app
from app.core.database.unit_of_work import TransactionalFlask
from app.extensions import db
from config import Config

Act = Callable[..., Any]


class Host:
    """Runs functions in its process, one at a time; each receives its application."""

    def __init__(self, config: Config, home: Path) -> None:
        self.home = home
        home.mkdir()
        orders, asked = os.pipe()
        said, answers = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(asked)
            os.close(said)
            self._live(config, os.fdopen(orders), os.fdopen(answers, "w"))
        os.close(orders)
        os.close(answers)
        self._asked, self._said = os.fdopen(asked, "w"), os.fdopen(said)

    def ask(self, act: Act, **arguments: Any) -> None:
        """Have the process do something, without waiting."""
        order = {"module": act.__module__, "name": act.__name__, "arguments": arguments}
        self._asked.write(json.dumps(order) + "\n")
        self._asked.flush()

    def answer(self) -> Any:
        """What came of it."""
        line = self._said.readline()
        assert line, "the host died"
        return json.loads(line)

    def do(self, act: Act, **arguments: Any) -> Any:
        """Have the process do something; what came of it."""
        self.ask(act, **arguments)
        return self.answer()

    def close(self) -> None:
        """End the process, whatever it is at."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        self._said.close()
        self._asked.close()

    def _live(self, config: Config, orders: Any, answers: Any) -> None:
        try:
            db.engine.dispose(close=False)
            app: TransactionalFlask = create_app(config.replace(home=self.home), serves=True)
            for line in orders:
                order = json.loads(line)
                act = getattr(importlib.import_module(order["module"]), order["name"])
                with app.app_context():
                    answer = act(app, **order["arguments"])
                answers.write(json.dumps(answer) + "\n")
                answers.flush()
        finally:
            os._exit(0)
