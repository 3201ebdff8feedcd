"""Importing this module releases every case flow of this version."""

from flows import certificate_issuance

CASE_FLOW_MODULES = (certificate_issuance,)
