"""Scripts that complete a command line, for each shell.

Facts: Bash manual, "Programmable Completion"; Zsh manual, "Completion System" (`_arguments`, `_describe`); fish documentation,
"Writing your own completions".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from eks_ingress.cli import PROGRAM
from eks_ingress.cli.completion import Completed, Option, Value, Word

_OF_PROGRAM = (Word("--help", "show what can be typed"), Word("--version", "show the version"))


def _quoted(text: str) -> str:
    """A word for any of the shells, whatever is in it."""
    return "'" + text.replace("'", "'\\''") + "'"


# bash


def bash(commands: Sequence[Completed]) -> str:
    """What `eval` reads in bash, 3.2 or later; it does not need the package `bash-completion`."""
    first = _lines([*(x.name for x in commands), *(word.text for word in _OF_PROGRAM)])
    cases = "\n".join(line for command in commands for line in _bash_command(command))
    return _BASH.replace("@FIRST@", _quoted(first)).replace("@CASES@", cases)


def _lines(words: Iterable[str]) -> str:
    return "\n".join(words)


def _bash_command(command: Completed) -> Iterator[str]:
    for option in command.options:
        if option.value is not None:
            yield f"        {_quoted(f'{command.name} {option.name}')}) {_bash_value(option.value)} ;;"
    options = _quoted(_lines(option.name for option in command.options))
    words = _quoted(_lines(word.text for value in command.values for word in value.words))
    files = "_eks_ingress_files" if any(value.is_file for value in command.values) else f"_eks_ingress_words {words}"
    yield f"        {_quoted(command.name + ' ')}*) case $cur in -*) _eks_ingress_words {options} ;; *) {files} ;; esac ;;"


def _bash_value(value: Value) -> str:
    if value.is_file:
        return "_eks_ingress_files"
    return f"_eks_ingress_words {_quoted(_lines(word.text for word in value.words))}" if value.words else ":"


_BASH = """\
# bash completion for eks-ingress: eval "$(eks-ingress completion bash)"
_eks_ingress_words() {
    local IFS=$'\\n'
    COMPREPLY=($(compgen -W "$1" -- "$cur"))
}
_eks_ingress_files() {
    local IFS=$'\\n'
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "$cur"))
}
_eks_ingress() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
    COMPREPLY=()
    # --format=json is three words to bash
    if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi
    if ((COMP_CWORD == 1)); then
        _eks_ingress_words @FIRST@
        return
    fi
    [[ $prev == --* ]] || prev=
    case "${COMP_WORDS[1]} $prev" in
@CASES@
    esac
}
complete -F _eks_ingress eks-ingress"""


# zsh


def zsh(commands: Sequence[Completed]) -> str:
    """What is called `_eks-ingress` in a folder of `fpath`, or is read by `source` once `compinit` ran."""
    listed = "\n".join(f"        {_quoted(f'{_no_colon(x.name)}:{x.what}')}" for x in commands)
    of_program = " ".join(_quoted(f"{word.text}[{_bracketed(word.what)}]") for word in _OF_PROGRAM)
    cases = "\n".join(line for command in commands for line in _zsh_command(command))
    return _ZSH.replace("@COMMANDS@", listed).replace("@PROGRAM@", of_program).replace("@CASES@", cases)


def _no_colon(text: str) -> str:
    return text.replace("\\", "\\\\").replace(":", "\\:")


def _bracketed(text: str) -> str:
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:")


def _zsh_command(command: Completed) -> Iterator[str]:
    specs = [_zsh_option(option) for option in command.options]
    last = len(command.values) - 1
    for at, value in enumerate(command.values):
        number = "*" if value.is_file and at == last else str(at + 1)
        specs.append(f"{number}:{_no_colon(value.name)}:{_zsh_value(value)}")
    yield f"        {command.name})"
    yield "            _arguments " + " ".join(f"\\\n                {_quoted(spec)}" for spec in specs) + " ;;"


def _zsh_option(option: Option) -> str:
    several = "*" if option.is_repeatable else ""
    told = f"[{_bracketed(option.what)}]"
    if option.value is None:
        return f"{several}{option.name}{told}"
    return f"{several}{option.name}={told}:{_no_colon(option.value.name)}:{_zsh_value(option.value)}"


def _zsh_value(value: Value) -> str:
    if value.is_file:
        return "_files"
    if not value.words:
        return " "
    if not any(word.what for word in value.words):
        return f"({' '.join(_no_space(word.text) for word in value.words)})"
    return "((" + " ".join(f"{_no_space(_no_colon(x.text))}\\:{_quoted_in_list(x.what)}" for x in value.words) + "))"


def _no_space(text: str) -> str:
    return "".join(f"\\{x}" if x in " ()'\"$`" else x for x in text)


def _quoted_in_list(text: str) -> str:
    return '"' + "".join(f"\\{x}" if x in '"\\$`' else x for x in text).replace(":", "\\:") + '"'


_ZSH = """\
#compdef eks-ingress
# zsh completion for eks-ingress: eks-ingress completion zsh > "${fpath[1]}/_eks-ingress"
_eks-ingress() {
    local -a commands=(
@COMMANDS@
    )
    if (( CURRENT == 2 )); then
        _describe -t commands command commands
        _arguments @PROGRAM@
        return
    fi
    local command=$words[2]
    shift words
    (( CURRENT-- ))
    case $command in
@CASES@
    esac
}
if [[ $funcstack[1] == _eks-ingress ]]; then
    _eks-ingress "$@"
else
    compdef _eks-ingress eks-ingress
fi"""


# fish


def fish(commands: Sequence[Completed]) -> str:
    """What stands in `completions/eks-ingress.fish`."""
    return "\n".join([_FISH, *_fish_first(commands), *(line for command in commands for line in _fish_command(command))])


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _fish_first(commands: Sequence[Completed]) -> Iterator[str]:
    for command in commands:
        yield f"complete -c {PROGRAM} -n __eks_ingress_is_first -a {command.name} -d {_fish_quoted(command.what)}"
    for word in _OF_PROGRAM:
        yield f"complete -c {PROGRAM} -n __eks_ingress_is_first -l {word.text.removeprefix('--')} -d {_fish_quoted(word.what)}"


def _fish_command(command: Completed) -> Iterator[str]:
    begin = f"complete -c {PROGRAM} -n '__eks_ingress_is {command.name}'"
    for option in command.options:
        yield f"{begin} -l {option.name.removeprefix('--')}{_fish_value(option.value)} -d {_fish_quoted(option.what)}"
    for value in command.values:
        if value.is_file:
            yield f"{begin} -F"
        for word in value.words:
            yield f"{begin} -a {_fish_quoted(word.text)}" + (f" -d {_fish_quoted(word.what)}" if word.what else "")


def _fish_value(value: Value | None) -> str:
    if value is None:
        return ""
    if value.is_file:
        return " -r -F"
    words = " ".join(word.text for word in value.words)
    return f" -x -a {_fish_quoted(words)}" if words else " -x"


_FISH = """\
# fish completion for eks-ingress: eks-ingress completion fish > ~/.config/fish/completions/eks-ingress.fish
function __eks_ingress_is_first
    test (count (commandline -opc)) -eq 1
end
function __eks_ingress_is
    set -l words (commandline -opc)
    test (count $words) -gt 1; and test $words[2] = $argv[1]
end
complete -c eks-ingress -f"""


SCRIPTS: Mapping[str, Callable[[Sequence[Completed]], str]] = {"bash": bash, "zsh": zsh, "fish": fish}
"""What writes the script of each shell."""
