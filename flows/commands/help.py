"""The command line's help in English in; the same commands with their help in the reader's language out."""

from __future__ import annotations

import re

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from flows.wording import CommandWording, read_wording

PAUSE = re.compile(r"[，；：）](?=[^，；：。）])")


def translate_help(command: TyperCommand | TyperGroup, words: CommandWording) -> None:
    """Give a command, its options and the commands under it their texts in the reader's language."""
    command.help = words.explain(command.help)
    command.rich_help_panel = words.say("help_commands")
    command.context_class = make_context_class(words.say("help_usage"))
    command.options_metavar = words.say("help_some_options")
    context = typer.Context(command)
    for parameter in command.get_params(context):
        if isinstance(parameter, TyperOption):
            parameter.help = add_breaks(words.explain(parameter.help))
            parameter.rich_help_panel = words.say("help_options")
        elif isinstance(parameter, TyperArgument):
            parameter.help = add_breaks(words.explain(parameter.help))
            parameter.rich_help_panel = words.say("help_arguments")
        if isinstance(parameter, TyperArgument | TyperOption):
            translate_type(parameter, context, words)
    if isinstance(command, TyperGroup):
        command.subcommand_metavar = words.say("help_some_command")
        for below in command.commands.values():
            if isinstance(below, TyperCommand | TyperGroup):
                translate_help(below, words)


def translate_marks(words: CommandWording) -> None:
    """Give what stands behind an option, `[required]` and `[default: 30]`, in the reader's language.

    Typer keeps these two for the whole process, not with a command, in a module that no other command needs.
    """
    from typer import rich_utils

    lines = read_wording()["lines"]
    rich_utils.REQUIRED_LONG_STRING = lines["help_required"][words.language]
    rich_utils.DEFAULT_STRING = lines["help_default"][words.language]


def translate_type(
    parameter: TyperArgument | TyperOption, context: typer.Context, words: CommandWording
) -> None:
    """Tell what kind of value it takes in the reader's language: `<文本>` for `<str>`; choices stay."""
    shown = words.name(parameter.display_type(context) or "")
    parameter.display_type_rich = lambda ctx: shown  # type: ignore[method-assign]


def make_context_class(usage: str) -> type[typer.Context]:
    """A context whose line on how a command is called begins with this word."""

    class Formatter(typer.Context.formatter_class):  # type: ignore[misc, valid-type]
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, usage if prefix is None else prefix)

    class SpokenContext(typer.Context):
        formatter_class = Formatter

    return SpokenContext


def add_breaks(text: str | None) -> str | None:
    """A blank behind each pause: a narrow column breaks at blanks only, and cuts Chinese, which has none."""
    return text and PAUSE.sub(r"\g<0> ", text)
