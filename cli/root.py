"""The command's root: options for every command may stand before its name as well as after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typer.core import TyperGroup

if TYPE_CHECKING:
    from typer.core import TyperOption

#: Options that take a value, and flags, that belong to commands.
_WITH_VALUE = ("--home", "--now", "--campaign", "-c")
_FLAGS = ("--json",)


class Root(TyperGroup):
    """Hands options given before the command's name on to the command; those after the name win.

    The root declares none of them itself, and the `--help` of groups gets a value: typer loads pydantic to
    look at any option that is not plainly true or false, which would double the time of every `--help`.
    """

    def get_help_option(self, ctx: Any) -> TyperOption | None:
        """Give the option `--help`, which is false unless it was said."""
        return _settled(super().get_help_option(ctx))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Give the command of that name."""
        command = super().get_command(ctx, cmd_name)
        if isinstance(command, TyperGroup):
            _settled(command.get_help_option(ctx))
        return command

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Move the options behind the command's name, then parse as usual."""
        early, rest = _split(args)
        words = self._command_words(rest)
        moved = [*rest[:words], *early, *rest[words:]] if words else rest
        return list(super().parse_args(ctx, moved))

    def _command_words(self, args: list[str]) -> int:
        """Count what stands before the place where a command's options may stand: `-v report list`."""
        names = [index for index, word in enumerate(args) if not word.startswith("-")]
        if not names:
            return 0
        wanted = 2 if isinstance(self.commands.get(args[names[0]]), TyperGroup) else 1
        return names[wanted - 1] + 1 if len(names) >= wanted else 0


def _settled(option: TyperOption | None) -> TyperOption | None:
    if option is not None:
        option.default = False
    return option


def _split(args: list[str]) -> tuple[list[str], list[str]]:
    """Take the commands' options from before the first word that is no option."""
    early: list[str] = []
    rest: list[str] = []
    waiting = list(args)
    while waiting and waiting[0].startswith("-"):
        word = waiting.pop(0)
        name, sign, _ = word.partition("=")
        if name in _FLAGS or (name in _WITH_VALUE and sign):
            early.append(word)
        elif name in _WITH_VALUE:
            early += [word, *waiting[:1]]
            del waiting[:1]
        else:
            rest.append(word)
    return early, [*rest, *waiting]
