"""Accounts: people, passwords, sign-in. Who somebody is stands in the ledger; the password and its locks stand here."""
