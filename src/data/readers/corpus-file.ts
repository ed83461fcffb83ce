/** What files of a corpus are called; their format and their compression are its groups. In a file of its own, as it loads nothing. */
export const CORPUS_FILE = /\.(txt|jsonl|ndjson|csv|parquet)(\.gz|\.zst)?$/i;
