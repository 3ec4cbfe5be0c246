"""The public API, version 1: read-only JSON over the same filters as the pages (docs/api.md). Names of fields never change."""
