# gguf.sh - llama.cpp opens what convert wrote, and goes on as itdata does
#
# PYTHON names a python with llama_cpp (llama-cpp-python of PyPI); without it
# nothing is checked, and said.  Compared are greedy tokens of all kinds of
# blocks and types of numbers, the tokens of text for both kinds of vocabulary
# that itdata trains, and answers as text.
. "$srcdir/tests/cli/lib.sh"

"${PYTHON:-false}" -c 'import llama_cpp' 2>/dev/null || {
	echo "ok - skipped: PYTHON does not name a python with llama_cpp"
	exit 0
}
cat >llama.py <<'END'
import ctypes, sys
import llama_cpp as ll

quiet = ll.llama_log_callback(lambda level, text, data: None)
ll.llama_log_set(quiet, ctypes.c_void_p(0))


class Model:
    def __init__(self, path):
        self.model = ll.llama_model_load_from_file(
            path.encode(), ll.llama_model_default_params())
        assert self.model, path
        self.vocab = ll.llama_model_get_vocab(self.model)
        self.v = ll.llama_vocab_n_tokens(self.vocab)

    def greedy(self, ids, n, end=-1):
        params = ll.llama_context_default_params()
        params.n_ctx, params.n_threads, params.n_threads_batch = 64, 1, 1
        params.type_k = params.type_v = 0  # float32, as itdata keeps them
        params.flash_attn_type = 0
        context = ll.llama_init_from_model(self.model, params)
        out, feed = [], list(ids)
        while len(out) < n:
            array = (ll.llama_token * len(feed))(*feed)
            assert ll.llama_decode(
                context, ll.llama_batch_get_one(array, len(feed))) == 0
            logits = ll.llama_get_logits_ith(context, -1)
            best = max(range(self.v), key=lambda i: logits[i])
            if best == end:
                break
            out.append(best)
            feed = [best]
        ll.llama_free(context)
        return out

    def tokens(self, text):
        b = text.encode()
        room = (ll.llama_token * (4 * len(b) + 16))()
        n = ll.llama_tokenize(self.vocab, b, len(b), room, len(room), False,
                              False)
        assert n >= 0
        return list(room[:n])

    def text(self, ids):
        array, room = (ll.llama_token * len(ids))(*ids), bytes(4096)
        room = ctypes.create_string_buffer(4096)
        n = ll.llama_detokenize(self.vocab, array, len(ids), room, 4096, True,
                                False)
        return room.raw[:n].decode(errors="replace")
END

it 'the same greedy tokens: llama, qwen2 and gpt2, in f32, f16 and bf16' '
	for m in llama qwen2 gpt2; do
		for type in f32 f16 bf16; do
			itdata convert "$data/train/$m" $m-$type.gguf --type $type -q || exit 1
		done
		grep "^greedy" "$data/train/$m.txt" >$m.greedy
	done &&
	PYTHONPATH=$work "$PYTHON" - <<-\END
	from llama import *
	for name in "llama", "qwen2", "gpt2":
	    want = [int(x) for x in open(name + ".greedy").read().split()[1:]]
	    for kind in "f32", "f16", "bf16":
	        have = Model(f"{name}-{kind}.gguf").greedy(want[:4], len(want) - 4)
	        print(name, kind, have == want[4:])
	        assert have == want[4:] or kind == "bf16", (have, want)
	END
'

world=$samples/beforeafter
facts() {
	LC_ALL=C awk -f "$world/facts.awk" -v count=400 -v mode="$1" \
		"$world/animals.tsv"
}
facts tokenizer >unigram.json
cp "$data/tokenizer/trained_bpe.json" bpe.json
facts fresh >fresh.txt
grep . fresh.txt >unigram.txt
cp "$data/tokenizer/lines.txt" bpe.txt
for kind in bpe unigram; do
	itdata train --text fresh.txt --tokenizer $kind.json -q --tokens 64 \
		--config "$data/train/nano.json" --batch 8 --steps 150 -o $kind \
		>/dev/null && itdata convert $kind $kind.gguf -q || exit 99
done

it 'the same tokens of text, with both kinds of vocabulary' '
	for kind in bpe unigram; do
		"$abs_builddir/tests/unit/test_tokenizer" "$work/$kind.json" \
			"$work/$kind.txt" >$kind.ids || exit 1
	done
	cd "$work" && PYTHONPATH=$work "$PYTHON" - "$OLDPWD" <<-\END
	import sys
	from llama import *
	for kind in "bpe", "unigram":
	    model = Model(kind + ".gguf")
	    lines = open(kind + ".txt").read().split("\n")[:-1]
	    ids = open(f"{sys.argv[1]}/{kind}.ids").read().split("\n")[:-1]
	    assert len(ids) == len(lines)
	    bad = [(l, model.tokens(l), w) for l, w in zip(lines, ids)
	           if model.tokens(l) != [int(x) for x in w.split()]]
	    print(kind, len(lines) - len(bad), "of", len(lines), bad[:3])
	    assert not bad
	END
'

it 'the same answers as text' '
	for kind in bpe unigram; do
		head -n 40 "$work/unigram.txt" | cut -c 1-3 | itdata generate "$work/$kind" \
			--continue --max-tokens 24 --json --batch 40 >$kind.jsonl || exit 1
	done
	PYTHONPATH=$work "$PYTHON" - "$work" <<-\END
	import json, sys
	from llama import *
	for kind in "bpe", "unigram":
	    model = Model(f"{sys.argv[1]}/{kind}.gguf")
	    end = json.load(open(f"{sys.argv[1]}/{kind}/config.json"))["eos_token_id"]
	    same = of = 0
	    for line in open(kind + ".jsonl"):
	        want = json.loads(line)
	        ids = model.greedy(model.tokens(want["prompt"]), 24, end)
	        have = model.text(ids).strip()
	        same, of = same + (have == want["response"].strip()), of + 1
	        if have != want["response"].strip():
	            print(want["prompt"], "|", have, "|", want["response"])
	    print(kind, same, "of", of)
	    assert same == of
	END
'
finish
