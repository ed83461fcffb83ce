import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { withDuckdb } from "../../files/duckdb.js";
import { writeTable } from "../../files/table-file.js";
import { refusal } from "../../testing/refusal.js";
import { corpusFiles, readCorpus } from "./corpus.js";

const folder = mkdtempSync(join(tmpdir(), "input-files-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

function put(name: string, content: string | Uint8Array): string {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(name), content);
  return at(name);
}

const texts = async (path: string) => (await readCorpus([path])).map(({ text }) => text);
const complaint = async (path: string) => (await refusal(readCorpus([path]))).replaceAll(folder, "");

describe("a folder called key=value", () => {
  it("gives no column: not of CSV, and not of Parquet read or written there", async () => {
    expect(await texts(put("text=hello/c.csv", "text,n\na b,1\nc d,2\n"))).toEqual(["a b", "c d"]);
    mkdirSync(at("score=9/text=hello"), { recursive: true });
    const path = at("score=9/text=hello/s.parquet");
    // What a selection and an evaluation do: their lines lie in a folder beside the Parquet file, or in the run's.
    const { writeParquet } = await import("../../files/parquet-writer.js");
    const lines = put("score=9/text=hello/rows.jsonl", '{"text":"a","score":0.5}\n{"text":"b","score":0.25}\n');
    await writeParquet(path, [lines], { text: "VARCHAR", score: "DOUBLE" });
    const read = "SELECT * FROM read_parquet($path, hive_partitioning = false)";
    const rows = [
      { text: "a", score: 0.5 },
      { text: "b", score: 0.25 },
    ];
    expect(await withDuckdb((query) => query(read, { path }))).toEqual(rows);
    expect(await texts(path)).toEqual(["a", "b"]);
    await writeTable(path, rows, { text: "VARCHAR", score: "DOUBLE" });
    expect(await withDuckdb((query) => query(read, { path }))).toEqual(rows);
  });
});

describe("what is no regular file", () => {
  it.each(["txt", "jsonl", "csv", "csv.gz", "parquet"])("is refused at once, called .%s", async (format) => {
    mkdirSync(at(`folder.${format}`));
    expect(await complaint(at(`folder.${format}`))).toBe(`cannot read /folder.${format}: it is a folder`);
    execFileSync("mkfifo", [at(`pipe.${format}`)]);
    expect(await complaint(at(`pipe.${format}`))).toBe(`cannot read /pipe.${format}: it is a pipe, not a regular file`);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(at(`socket.${format}`), resolve));
    expect(await refusal(corpusFiles([at(`socket.${format}`)]))).toMatch(/it is a socket, not a regular file$/);
    await new Promise((resolve) => server.close(resolve));
  });

  it("is a device", async () => {
    expect(await complaint("/dev/zero")).toBe("cannot read /dev/zero: it is a device, not a regular file");
  });

  it("is standard input", async () => {
    expect(await complaint("-")).toBe(
      "A corpus is read more than once, so it cannot be standard input; write it to a file and give that.",
    );
  });
});

describe("names", () => {
  it("of CSV columns differ by their letters' case", async () => {
    expect(await texts(put("case.csv", "Text,text\na b,c d\n"))).toEqual(["c d"]);
    const [{ text }] = await readCorpus([at("case.csv")], { column: "Text" });
    expect(text).toBe("a b");
  });

  it("with a backslash and a glob's character have no glob of their own", async () => {
    expect(await texts(put("a\\b/x.csv", "text\na b\n"))).toEqual(["a b"]);
    expect(await complaint(put("a\\[b/x.csv", "text\na b\n"))).toBe(
      "/a\\[b/x.csv has a backslash and one of [ * ? in its name; rename the file or folder.",
    );
  });

  it("that match nothing are said with the folder where they were looked for", async () => {
    expect(await complaint("no-such.jsonl")).toBe(
      `No file matches no-such.jsonl in ${process.cwd()}, where the command was started; give a file that exists, or a glob.`,
    );
  });
});

describe("bounds", () => {
  it("a line of at most 64 MiB, also where 100 kB of gzip hold it", async () => {
    const longest = 64 * 2 ** 20;
    const message = "line 2 is longer than 64 MiB, the most that a line may have.";
    const line = (bytes: number) => Buffer.concat([Buffer.from("a\n"), Buffer.alloc(bytes, "b"), Buffer.from("\n")]);
    expect(await complaint(put("line.jsonl", line(longest + 1)))).toMatch(/line 1 is not valid JSON/);
    expect(await complaint(put("line.csv", line(longest + 1)))).toBe(`/line.csv, ${message}`);
    expect(await complaint(put("line.txt.gz", gzipSync(line(longest + 1))))).toBe(`/line.txt.gz, ${message}`);
  });

  it("a document of at most 16 Mi characters, on one line or on many", async () => {
    const most = 2 ** 24;
    const message = `has a document of more than ${most} characters, the most that one may have; divide it into several.`;
    const line = "b".repeat(2 ** 12 - 1);
    const book = Array(2 ** 12)
      .fill(line)
      .join("\n");
    expect(await texts(put("book.txt", `${book}\n\na`))).toEqual([book, "a"]);
    expect(await complaint(put("book.txt", `${book}bb\n\na`))).toBe(`/book.txt ${message}`);
    expect(await complaint(put("book.jsonl", JSON.stringify({ text: "b".repeat(most + 1) })))).toBe(
      `/book.jsonl ${message}`,
    );
  });

  it("a CSV record of at most 32 MiB", async () => {
    expect(await complaint(put("record.csv", `text\na\n"${`${"b".repeat(1023)}\n`.repeat(33 * 2 ** 10)}"\n`))).toBe(
      "/record.csv, record 3 (the header is record 1) is longer than 32 MiB, the most that a record may have.",
    );
  });
});

it("half a surrogate pair becomes U+FFFD, which every format can hold", async () => {
  const documents = await readCorpus([put("lone.jsonl", '{"text":"the cat \\ud800 sees \\ud83d\\ude00"}\n')]);
  expect(documents.map(({ text }) => text)).toEqual(["the cat \ufffd sees \u{1f600}"]);
  await writeTable(at("lone.parquet"), documents, { source: "VARCHAR", text: "VARCHAR" });
  expect(await readCorpus([at("lone.parquet")])).toMatchObject([{ text: "the cat \ufffd sees \u{1f600}" }]);
});
