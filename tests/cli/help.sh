# help.sh - help, completions and the words for a wrong command line
. "$srcdir/tests/cli/lib.sh"

it 'lists the commands without arguments' '
	itdata >out && grep -q "^usage: itdata COMMAND" out
'
it 'names the nearest command' '
	fails_with 2 itdata hlep && says "did you mean '"'help'"'"
'
it 'names the nearest option' '
	fails_with 2 itdata help --completion zsh &&
	says "did you mean '"'--completions'"'"
'
it 'writes completions that the shell can read' '
	itdata help --completions bash >out && bash -n out
'
finish
