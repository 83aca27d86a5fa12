"""`ellbox` and `python -m app`: a command of the command line, or else the window."""

import sys


def main() -> int:
    """The exit code. Files are given to the window; commands and their options to the engine."""
    arguments = sys.argv[1:]
    if arguments and _is_command(arguments[0]):
        from engine.cli import app

        app(prog_name="ellbox")
        return 0
    from app.application import main as open_window

    return open_window(arguments)


def _is_command(word: str) -> bool:
    if word in ("--help", "--version"):
        return True
    # A path never needs the table of commands, whose import would delay the first paint.
    if not word.isalpha():
        return False
    from engine.cli import command_names

    return word in command_names()


if __name__ == "__main__":
    sys.exit(main())
