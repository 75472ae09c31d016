"""Floor 4: the terminal app, one module a screen.

What there is to build a screen on
----------------------------------

==================  ==============================================================================
`menu_entries`      the menu: one `registry.Entry` for each screen
`registry`          `Action`: a key with its foot line, help and palette entry
`pane.Pane`         what a menu entry opens; see its module for the pattern of a pane
`form.Form`         a form that stands alone; `form.Field` is a label and a line to type in
`widgets.virtual_table`, `widgets.columns`, `widgets.source`
                    the one list for records: columns, rows, a `Source` (services) or a `ListSource` (at hand)
`widgets.line`      `Line` (two ends), `Literal` (a paragraph), `Rule`; none of them reads markup
`widgets.line_input`  `LineInput`: one line to type in, without frame or blinking
`widgets.quiet`     `QuietScreen`, the base of a screen such as the logon screen
`widgets.foot`      `app.ask`, `app.prompt`, `app.progress`: questions and progress at the foot
`messages`          `Told`, `Failed`: what a widget says; `Pane.tell` posts the first
`threads.in_thread` slow work, which never holds up leaving
`text`              `shown`, `cell`, `cut`, the marks; for widgets that draw their own lines
`session.Session`   what the logon screen hands to `app.begin`
==================  ==============================================================================

Rules that keep it quick, safe and quiet
-----------------------------------------

- An action is an `Action` and a `do_<id>()`; plain or async. What it raises is shown; catch nothing there
  but what the screen itself can answer. `can()` and `title_of()` say when it makes sense and how many it is
  about; call `refresh_bindings()` when that changes.
- Text from outside goes raw into these widgets and into no others. `Static`, `Label`, `Button`, `Select`,
  `OptionList`, `DataTable`, border titles read markup: not with a text that isn't ours.
- Type lines are `LineInput`, not `Input`; a `TextArea` gets `cursor_blink = False`. No timers that paint,
  nothing animated: an idle screen sends no byte.
- `app.begin`, `app.end` and `app.change_language` ask for another screen; it comes when the action is over.
- A screen of its own (logon) composes a `Status` and a `Foot`, so that errors and keys have their place.
"""
