# convert.sh - itdata convert: what comes out is what went in
. "$srcdir/tests/cli/lib.sh"

models=$data/train
export models

# u32 FILE OFFSET, text FILE OFFSET LENGTH
u32() { od -An -tu4 -j "$2" -N 4 "$1" | tr -d ' '; }
text() { dd if="$1" bs=1 skip="$2" count="$3" 2>/dev/null; }

it 'writes the same weights again' '
	for m in llama qwen2 gpt2; do
		itdata convert "$models/$m" "$m" -q && itdata convert "$m" "$m-2" -q &&
		cmp "$m/model.safetensors" "$m-2/model.safetensors" &&
		jq -e ".model_type == \"$m\"" "$m/config.json" >/dev/null || exit 1
	done
'
it 'writes GGUF with its magic, version, counts and names' '
	for m in llama:21:llama qwen2:27:qwen2 gpt2:28:gpt2; do
		name=${m%%:*} rest=${m#*:}
		itdata convert "$models/$name" "$name.gguf" -q &&
		[ "$(text "$name.gguf" 0 4)" = GGUF ] && [ "$(u32 "$name.gguf" 4)" = 3 ] &&
		[ "$(u32 "$name.gguf" 8)" -ge 20 ] &&
		grep -a -q "${rest#*:}.block_count" "$name.gguf" &&
		grep -a -q "blk.1.ffn_down.weight" "$name.gguf" &&
		[ $(($(wc -c <"$name.gguf") % 32)) = 0 ] || exit 1
	done
'
it 'halves the matrices on demand' '
	itdata convert "$models/gpt2" a.gguf -q &&
	itdata convert "$models/gpt2" b.gguf --type f16 -q &&
	itdata convert "$models/gpt2" c.gguf --type bf16 -q --json | jq -e ".to == \"gguf\"" &&
	[ "$(wc -c <b.gguf)" -lt "$(wc -c <a.gguf)" ] &&
	[ "$(wc -c <b.gguf)" = "$(wc -c <c.gguf)" ]
'
it 'says what is wrong and leaves nothing' '
	fails_with 1 itdata convert none x.gguf && says "none/config.json" &&
	fails_with 2 itdata convert "$models/llama" "$models/llama" &&
	itdata convert "$models/llama" a.gguf -q &&
	fails_with 1 itdata convert a.gguf x && says "a model is a folder" &&
	for n in 0 4 60 900; do
		head -c $n a.gguf >cut.gguf &&
		fails_with 1 itdata generate cut.gguf x && says "a model is a folder" || exit 1
	done &&
	mkdir broken && cp "$models/llama/config.json" broken/ &&
	head -c 3000 "$models/llama/model.safetensors" >broken/model.safetensors &&
	fails_with 1 itdata convert broken x.gguf && [ ! -e x.gguf ] &&
	fails_with 1 env ITDATA_FAULT=write:1 itdata convert "$models/llama" x.gguf -q &&
	[ ! -e x.gguf ] && [ ! -e x.gguf.tmp ]
'
finish
