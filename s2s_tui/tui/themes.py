"""Two calm colour schemes.

Text has a contrast of 4.5 or more on every ground it is put on, also where a terminal has only 16 colours;
a test holds that.
"""

from textual.theme import Theme

DARK = Theme(
    name="s2s-dark",
    dark=True,
    primary="#8ab8e0",
    secondary="#9fb7a5",
    accent="#e6c27a",
    foreground="#d8dee4",
    background="#14181d",
    surface="#1b2128",
    panel="#212931",
    warning="#e3b35f",
    error="#f28b82",
    success="#8fd19e",
    variables={
        "border-blurred": "#6c7883",
        "text-muted": "#a3aeb9",
        "input-cursor-background": "#d8dee4",
        "input-cursor-foreground": "#14181d",
        "input-selection-background": "#3b5a78",
        "scrollbar": "#4a5560",
        "scrollbar-hover": "#4a5560",
        "scrollbar-active": "#8ab8e0",
        "scrollbar-background": "#1b2128",
        "scrollbar-background-hover": "#1b2128",
        "scrollbar-background-active": "#1b2128",
        "scrollbar-corner-color": "#1b2128",
    },
)

LIGHT = Theme(
    name="s2s-light",
    dark=False,
    primary="#1f5a8a",
    secondary="#3f5f4a",
    accent="#7d4e00",
    foreground="#20262b",
    background="#fbfaf7",
    surface="#f2f0ea",
    panel="#e8e5dc",
    warning="#7d4e00",
    error="#a8201a",
    success="#1b6136",
    variables={
        "border-blurred": "#7c8389",
        "text-muted": "#565e65",
        "input-cursor-background": "#20262b",
        "input-cursor-foreground": "#fbfaf7",
        "input-selection-background": "#b9d3ea",
        "scrollbar": "#b5b9bd",
        "scrollbar-hover": "#b5b9bd",
        "scrollbar-active": "#1f5a8a",
        "scrollbar-background": "#f2f0ea",
        "scrollbar-background-hover": "#f2f0ea",
        "scrollbar-background-active": "#f2f0ea",
        "scrollbar-corner-color": "#f2f0ea",
    },
)

THEMES = (DARK, LIGHT)
