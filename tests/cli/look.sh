# look.sh - a small data set, known to the last row, for commands that show it
#
#     . "$srcdir/tests/cli/look.sh"
#     look a.db          six pairs, three sources, two stages, two rejects
#
# 1 kept; 2 near duplicate of 1; 3 a conversation, with findings; 4 dropped by
# filter; 5 dropped by filter, a person keeps it; 6 hostile text, kept.

look() {
	{
		echo 'PRAGMA page_size = 32768; PRAGMA journal_mode = WAL;'
		cat "$srcdir/sql/schema.sql" "$srcdir/sql/views.sql"
		cat <<-\END
		PRAGMA application_id = 1769235553;
		PRAGMA user_version = 2;
		BEGIN;
		INSERT INTO run VALUES
		 (1, 'ingest', '[]', '0', 1, '2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z', '{}'),
		 (2, 'filter', '[]', '0', 1, '2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z', '{}'),
		 (3, 'dedup', '[]', '0', 1, '2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z', '{}');
		INSERT INTO source (id, name, path, sha256, size, format,
		  schema, encoding, mapping, license, part, finished, run_id)
		VALUES
		 (1, '日本語', 'ja.jsonl', printf('%064d', 1), 1, 'jsonl',
		  'alpaca', 'utf-8', '{}', 'CC-BY-4.0', 0, 1, 1),
		 (2, 'talk', 'talk.json', printf('%064d', 2), 1, 'json',
		  'sharegpt', 'utf-8', '{}', 'MIT', 0, 1, 1);
		INSERT INTO pair (id, source_id, record, line, byte, lang,
		  lang_response, category, turns, digest, system, instruction,
		  input, response, extra)
		VALUES
		 (1, 1, 0, 1, 0, 'ja', 'ja', 'qa', 1, randomblob(16), NULL,
		  'ネコは何科ですか？', NULL,
		  'ネコはネコ科に属する動物です。', NULL),
		 (2, 1, 1, 2, 90, 'ja', 'ja', 'qa', 1, randomblob(16), NULL,
		  'ネコは何科ですか', NULL,
		  'ネコはネコ科に属する生物です。', NULL),
		 (3, 2, 0, 1, 0, 'en', 'en', '', 2, randomblob(16), NULL,
		  'Do it.', NULL, 'What should I do?', NULL),
		 (4, 1, 3, 4, 200, 'ja', 'en', '翻訳', 1, randomblob(16), NULL,
		  '次の文を英訳してください。', 'このプロジェクトは大成功でした。',
		  'As an AI language model, I cannot.', NULL),
		 (5, 2, 1, 9, 80, 'en', 'en', '', 1, randomblob(16), NULL,
		  'Translate: 英訳', NULL, 'Translation', NULL),
		 (6, 2, 2, 11, 99, 'und', 'und', '=1+1', 1, randomblob(16),
		  NULL,
		  '=cmd</script><img src=x onerror=alert(1)>', NULL,
		  char(27) || '[2J' || char(0x202e) || 'abc' || char(0x9b)
		  || '31m', NULL);
		INSERT INTO turn VALUES
		 (3, 0, 'user', 'Do it.', NULL),
		 (3, 1, 'assistant', 'What should I do?', NULL),
		 (3, 2, 'user', 'それを英訳して。', NULL),
		 (3, 3, 'assistant', 'Sure.', NULL);
		INSERT INTO reject VALUES
		 (1, 2, 3, 150, 'a key in quotes is missing', '{broken'),
		 (1, 4, 5, 300, 'the instruction is empty', '{secret');
		INSERT INTO word VALUES (1, 'refusal'), (2, 'near duplicate'),
		 (3, 'ja.vague.reference'), (4, 'ambiguity'),
		 (5, 'content'), (6, 'en.refusal.ai'), (7, 'defect'),
		 (8, 'response');
		INSERT INTO stage VALUES (1, 'filter', 'filter', 10, '[]', 2),
		 (2, 'dedup', 'dedup', 30, '[]', 3);
		INSERT INTO decision_row VALUES
		 (4, 1, 1, NULL, NULL, NULL, NULL),
		 (5, 1, 1, NULL, NULL, NULL, NULL),
		 (2, 2, 2, 1, NULL, 0.91, 0.8);
		INSERT INTO finding_row (pair_id, stage_id, rule, category,
		  turn, field, start, length) VALUES
		 (3, 1, 3, 4, 2, 5, 0, 2), (4, 1, 6, 7, 0, 8, 6, 17);
		INSERT INTO duplicate VALUES (2, 1, 'near', 0.91, 3);
		INSERT INTO cluster VALUES (1, 1), (2, 1);
		INSERT INTO score (pair_id, ambiguity) VALUES (3, 0.9), (1, 0.1);
		INSERT INTO verdict VALUES
		 (5, 'keep', 'fine', 'me', '2026-01-02T00:00:00Z');
		COMMIT;
		END
	} | sqlite3 "$1" >/dev/null
}
