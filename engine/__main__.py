"""`python -m engine ...`: the command line without the window."""

from engine.cli import app

if __name__ == "__main__":
    app(prog_name="python -m engine")
