"""Errors a person can act on: each says what is wrong and what to do."""


class JingweiError(Exception):
    """Base of all errors that are shown to a person as they are, without a stack trace."""


class SettingsError(JingweiError):
    """A setting has a value that cannot be used."""


class StoreBusy(JingweiError):
    """Another process owns the embedded store; `url` is where it answers, if it told."""

    def __init__(self, message: str, url: str | None = None, token: str | None = None):
        super().__init__(message)
        self.url = url
        self.token = token


class NoCity(JingweiError):
    """The store holds no city yet."""


class OldStore(JingweiError):
    """The store was built by a release that kept its data in another form."""


class StoreFailed(JingweiError):
    """The store could not do what was asked of it: full, read-only, or away. Nothing was acknowledged."""


class OperationsFailed(JingweiError):
    """The operations database could not do what was asked of it. Nothing was changed."""


class NewStore(JingweiError):
    """A newer release has written to the store, in a form that is not known here."""


class BadBackup(JingweiError):
    """A backup cannot be taken, is damaged, or cannot be put where it is to go."""


class UnknownUnit(JingweiError):
    """A View names a unit that the city does not have."""


class EmptyArea(UnknownUnit):
    """A View's area holds no cell of the city."""


class BadView(JingweiError):
    """A URL does not make a View: which part, and which values it may have."""


class OutOfScope(JingweiError):
    """The caller's scope does not reach what was asked."""


class DeclarationError(JingweiError):
    """A metric, layer, panel or page is declared wrongly, or twice."""


class BadSource(JingweiError):
    """A city file or a data file cannot be read: file, line where known, and what is expected."""
