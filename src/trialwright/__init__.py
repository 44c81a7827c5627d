"""One study definition in; a running, audited, analysed and reported clinical trial out."""

__version__ = "0.1.0"
