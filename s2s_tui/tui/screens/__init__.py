"""One module a screen; `tui.menu_entries` says which is opened by what, `screens.md` describes them."""
