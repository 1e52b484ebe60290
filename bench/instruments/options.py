"""What benches are told on the command line."""


def numbers(text: str) -> list[int]:
    return sorted(int(part) for part in text.split(","))
