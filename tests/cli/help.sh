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
it 'completes commands and options in zsh and fish, where they are' '
	itdata help --completions zsh >_itdata && itdata help --completions fish >f.fish &&
	if command -v zsh >/dev/null; then
		zsh -n _itdata && zsh -fc "autoload -Uz compinit; fpath=(\$PWD \$fpath)
			compinit -u -d dump; print -r -- \$_comps[itdata]" >out &&
		grep -qx _itdata out
	fi &&
	if command -v fish >/dev/null; then
		HOME=$PWD fish --no-config -c "source f.fish; complete -C\"itdata ser\";
			complete -C\"itdata search a.db --sem\"" >out &&
		grep -q "^serve" out && grep -q "^--semantic" out
	fi
'
finish
