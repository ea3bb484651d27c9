"""The command line's help in English in; the same commands with their help in the reader's language out."""

from __future__ import annotations

import re

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from flows.wording import CommandWording

PAUSE = re.compile(r"[，；：）](?=[^，；：。）])")


def translate_help(command: TyperCommand | TyperGroup, words: CommandWording) -> None:
    """Give a command, its options and the commands under it their texts in the reader's language."""
    command.help = words.explain(command.help)
    command.rich_help_panel = words.say("help_commands")
    for parameter in command.get_params(typer.Context(command)):
        if isinstance(parameter, TyperOption):
            parameter.help = add_breaks(words.explain(parameter.help))
            parameter.rich_help_panel = words.say("help_options")
        elif isinstance(parameter, TyperArgument):
            parameter.help = add_breaks(words.explain(parameter.help))
            parameter.rich_help_panel = words.say("help_arguments")
    for below in command.commands.values() if isinstance(command, TyperGroup) else ():
        if isinstance(below, TyperCommand | TyperGroup):
            translate_help(below, words)


def add_breaks(text: str | None) -> str | None:
    """A blank behind each pause: a narrow column breaks at blanks only, and cuts Chinese, which has none."""
    return text and PAUSE.sub(r"\g<0> ", text)
