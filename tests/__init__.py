"""Tests of Ellbox; folders mirror the source tree."""
