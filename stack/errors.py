"""What ends a command of the supervisor on purpose."""

import signal


class StackError(Exception):
    """One sentence for the person at the keyboard, with what to do about it. The command ends with `code`."""

    def __init__(self, sentence: str, code: int = 1) -> None:
        super().__init__(sentence)
        self.code = code


class SettingsError(StackError):
    """A setting is missing or makes no sense; nothing was started. The sentence names the setting. Exit code 2."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, code=2)


class Interrupted(Exception):
    """Ctrl-C, SIGTERM or SIGHUP arrived while we waited."""

    def __init__(self, signum: signal.Signals) -> None:
        super().__init__(signum.name)
        self.signum = signum
