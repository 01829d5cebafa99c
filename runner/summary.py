"""The summary printed after a start."""

from runner.configuration import Configuration


def format_start_summary(
    configuration: Configuration, printed: dict[str, list[str]], seconds: float
) -> str:
    """Return what runs where and how to sign in; `printed` has each step's lines by name."""
    facts = [
        ("Open", format_address(configuration)),
        *(("Sign in" if number == 0 else "", line) for number, line in list_demo_accounts(printed)),
        ("Data", configuration.data_dir),
        ("Database", configuration.database),
        ("Redis", configuration.redis),
        ("Phone", configuration.phone),
        *([("Mind", configuration.phone_warning)] if configuration.phone_warning else []),
        ("Stop", "Ctrl-C"),
    ]
    lines = [f"  {name:<9} {value}" for name, value in facts]
    return "\n".join([f"The salon is open (started in {seconds:.0f} s).", "", *lines])


def format_address(configuration: Configuration) -> str:
    """Return the public address and the one the server listens on."""
    return f"{configuration.public_url}/ (listening on {configuration.host}:{configuration.port})"


def list_demo_accounts(printed: dict[str, list[str]]) -> list[tuple[int, str]]:
    """Return the demo's accounts, numbered from 0."""
    return list(enumerate(line.strip() for line in printed.get("seed_demo", []) if line.strip()))
