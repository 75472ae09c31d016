"""The reports, in the portal's order (§7). One that is not here doesn't exist for any face."""

from s2s_tui.services.reports import usage
from s2s_tui.services.reports.model import Report

REPORTS: dict[str, Report] = {report.key: report for report in (usage.REPORT,)}
"""Key → entry."""
