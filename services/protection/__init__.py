"""Owns: notices, fire safety audits, and the fires and other incidents at premises.
Hears: premises.listed.
Says: protection.updated.
Never: says whom a notice was served on, or lets a notice end without somebody saying so.
"""
