"""The reports, in the portal's order (§7). One that is not here doesn't exist for any face."""

from s2s_tui.services.reports import cluster, lost_details, lost_numbers, movement, national, school, usage
from s2s_tui.services.reports.model import Report

REPORTS: dict[str, Report] = {
    module.REPORT.key: module.REPORT
    for module in (usage, school, cluster, lost_numbers, lost_details, movement, national)
}
"""Key → entry."""
