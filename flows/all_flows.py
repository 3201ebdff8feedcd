"""Importing this module releases every case flow of this version."""

from flows import certificate_issuance, inbound_inquiry

CASE_FLOW_MODULES = (certificate_issuance, inbound_inquiry)
