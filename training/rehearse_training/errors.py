"""Errors that a user can meet: a stable code, what is wrong and where, and what to do about it."""


class TrainingError(Exception):
    def __init__(self, code: str, what: str, fix: str):
        super().__init__(f"{code}: {what} — {fix}")
        self.code = code
        self.what = what
        self.fix = fix
