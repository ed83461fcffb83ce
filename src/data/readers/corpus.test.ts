import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InputError } from "../../base/errors.js";
import { withDuckdb } from "../../files/duckdb.js";
import { corpusFiles, type Document, readCorpus, streamCorpus } from "./corpus.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "corpus-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function put(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Has DuckDB write the rows of `select`, for the formats that Node cannot write. */
async function copy(name: string, select: string, options: string): Promise<string> {
  const path = join(folder, name);
  await withDuckdb((query) => query(`COPY (${select}) TO '${path}' (${options})`));
  return path;
}

async function texts(paths: string | string[], column?: string): Promise<string[]> {
  return (await readCorpus([paths].flat(), { column })).map((document) => document.text);
}

async function complaint(path: string, column?: string): Promise<string> {
  const error = await readCorpus([path], { column }).then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(InputError);
  expect(error.message).not.toContain("\n");
  return error.message.replaceAll(folder, "");
}

describe("text files", () => {
  it("separates documents by the marker where it occurs", async () => {
    const path = put("marked.txt", "\none\n\nstill one\r\n<|endoftext|>\n<|endoftext|>\n two<|endoftext|>three");
    expect(await readCorpus([path])).toEqual([
      { source: `${path}:0`, text: "one\n\nstill one" },
      { source: `${path}:1`, text: "two" },
      { source: `${path}:2`, text: "three" },
    ]);
  });

  it("separates documents by blank lines where no marker occurs, and drops a byte-order mark", async () => {
    const path = put("blank.txt", '\ufeff\n\none, "and\nmore\n \n\n\ntwo\n');
    expect(await texts(path)).toEqual(['one, "and\nmore', "two"]);
  });

  it("reads gzip and zstd to the last byte", async () => {
    const long = Array.from({ length: 5000 }, (_, i) => `document ${i} é`);
    const zst = await copy(
      "long.txt.zst",
      `SELECT unnest(['document ' || i || ' é', '']) AS line FROM range(5000) t(i)`,
      "FORMAT csv, COMPRESSION zstd, HEADER false, QUOTE ''",
    );
    expect(await texts(put("long.txt.gz", gzipSync(long.join("\n\n"))))).toEqual(long);
    expect(await texts(zst)).toEqual(long);
  });

  it("reads the 1,728 sample stories", async () => {
    const stories = await texts("data/tinystories.txt");
    expect(stories).toHaveLength(1728);
    expect(stories[0]).toMatch(/^Once upon a time there was a little boy named Ben\./);
  });
});

describe("tables", () => {
  it("reads the text column of JSON lines, whatever its strings look like", async () => {
    const path = put("dates.jsonl", '{"text":"2020-01-01","id":"a"}\n\n{"id":"b"}\n{"text":" x\\ny ","id":"c"}\n');
    expect(await readCorpus([path])).toEqual([
      { source: `${path}:0`, text: "2020-01-01" },
      { source: `${path}:2`, text: "x\ny" },
    ]);
    expect(await texts(path, "id")).toEqual(["a", "b", "c"]);
  });

  it("reads CSV with quotes, line breaks, a mark at its start and records of megabytes", async () => {
    const long = "a".repeat(3_000_000);
    const path = put("quoted.csv", `\ufefftext,"n"\r\n"one\r\n, ""1""",1\r\n,2\r\n"${long}",3`);
    expect(await texts(path)).toEqual(['one\r\n, "1"', long]);
  });

  it("takes the only column with strings", async () => {
    expect(await texts(put("story.csv", "id,story\n1,a b\n2,c d\n"))).toEqual(["a b", "c d"]);
    expect(await texts(put("index.csv", ",story\n0,a b\n1,c d\n"))).toEqual(["a b", "c d"]);
    expect(await texts(put("story.ndjson", '{"id":1,"story":"a b"}\n'))).toEqual(["a b"]);
  });

  const rows = "SELECT i AS id, 'row ' || i AS story FROM range(3000) t(i)";
  const expected = Array.from({ length: 3000 }, (_, i) => `row ${i}`);
  it.each([
    ["t.csv.zst", "FORMAT csv, HEADER, COMPRESSION zstd"],
    ["t.csv.gz", "FORMAT csv, HEADER, COMPRESSION gzip"],
    ["t.jsonl.zst", "FORMAT json, COMPRESSION zstd"],
    ["t.jsonl.gz", "FORMAT json, COMPRESSION gzip"],
    ["zstd.parquet", "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 2048"],
    ["gzip.parquet", "FORMAT parquet, COMPRESSION gzip"],
  ])("reads %s in order", async (name, options) => {
    expect(await texts(await copy(name, rows, options))).toEqual(expected);
  });
});

describe("streamed", () => {
  const rows = "SELECT i AS id, 'row ' || i || repeat(' long', 20) AS story FROM range(20000) t(i)";
  const expected = Array.from({ length: 20000 }, (_, i) => `row ${i}${" long".repeat(20)}`);
  it.each([
    ["s.txt", () => put("s.txt", expected.join("\n\n"))],
    ["s.txt.gz", () => put("s.txt.gz", gzipSync(expected.join("\n\n")))],
    ["s.jsonl", () => copy("s.jsonl", rows, "FORMAT json")],
    ["s.jsonl.zst", () => copy("s.jsonl.zst", rows, "FORMAT json, COMPRESSION zstd")],
    ["s.ndjson.gz", () => put("s.ndjson.gz", gzipSync(expected.map((t) => JSON.stringify({ t })).join("\n")))],
    ["s.csv", () => copy("s.csv", rows, "FORMAT csv, HEADER")],
    ["s.csv.gz", () => copy("s.csv.gz", rows, "FORMAT csv, HEADER, COMPRESSION gzip")],
    ["s.parquet", () => copy("s.parquet", rows, "FORMAT parquet, ROW_GROUP_SIZE 2048")],
  ])("%s gives the documents of readCorpus in order, and says how far it is read", async (_, write) => {
    const path = await write();
    const progress: number[] = [];
    const documents: Document[] = [];
    for await (const document of streamCorpus([path], { onRead: (bytes) => progress.push(bytes) }))
      documents.push(document);
    expect(documents).toEqual(expected.map((text, i) => ({ source: `${path}:${i}`, text })));
    expect(await readCorpus([path])).toEqual(documents);
    const [{ bytes, modified }] = await corpusFiles([path]);
    expect({ bytes, modified }).toEqual({ bytes: statSync(path).size, modified: Math.round(statSync(path).mtimeMs) });
    expect(progress.at(-1)).toBe(bytes);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
  });

  it("goes on counting bytes from file to file", async () => {
    const paths = [put("count-a.txt", "a\n\nb"), put("count-b.jsonl", '{"text":"c"}\n')];
    const progress: number[] = [];
    for await (const _ of streamCorpus(paths, { onRead: (bytes) => progress.push(bytes) }));
    expect(progress).toEqual([4, 17]);
    expect((await corpusFiles(paths)).map(({ bytes }) => bytes)).toEqual([4, 13]);
  });

  it("gives what stands before a broken line, then refuses as readCorpus does, and can be left early", async () => {
    const path = put("late.jsonl", `${'{"text":"a"}\n'.repeat(10_000)}{"text":\n`);
    let count = 0;
    const read = async () => {
      for await (const _ of streamCorpus([path])) count += 1;
    };
    await expect(read()).rejects.toThrow(/late\.jsonl, line 10001 is not valid JSON/);
    expect(count).toBe(10_000);
    expect(await complaint(path)).toContain("line 10001 is not valid JSON");
    for (const name of ["s.csv", "s.parquet", "s.txt.gz", "late.jsonl"])
      for await (const { source } of streamCorpus([join(folder, name)])) {
        expect(source).toBe(`${join(folder, name)}:0`);
        break;
      }
  });

  it("finds the separator of documents across the pieces of 64 KiB in which a file is read", async () => {
    const long = "x".repeat(65_530);
    expect(await texts(put("across.txt", `${long}<|endoftext|>b\n\nc`))).toEqual([long, "b\n\nc"]);
    expect(await texts(put("not-across.txt", `${long}<|endof\n\nb`))).toEqual([`${long}<|endof`, "b"]);
  });

  it("names the column's option in its own words", async () => {
    const path = put("two-columns.csv", "title,body\na,b\n");
    const read = async () => {
      for await (const _ of streamCorpus([path], { columnOption: "--column" }));
    };
    await expect(read()).rejects.toThrow(/none called text: .*; name the one to read as --column\.$/);
  });

  it("has no rows of a table without any, and no columns of rows without any", async () => {
    expect(await complaint(put("blank.jsonl", "\n\n"))).toContain("The corpus is empty");
    expect(await complaint(put("bare.jsonl", "{}\n{}\n"))).toContain("no column with text: it has no columns");
    expect(await complaint(put("later.jsonl", '{"a":"x"}\n{"a":"y","b":"z"}\n'))).toContain("2 columns with text");
  });
});

describe("paths", () => {
  it("sorts the files of globs and paths, each once", async () => {
    const b = put("sorted-b.txt", "b");
    const a = put("sorted-a[1].txt", "a");
    expect(await texts([b, join(folder, "sorted-*.txt"), a])).toEqual(["a", "b"]);
  });

  it("takes a name with a glob's characters for the file of that name", async () => {
    for (const name of ["some1", "some[1]"]) mkdirSync(join(folder, name));
    for (const [name, other] of [
      ["odd[1]", "odd1"],
      ["odd*", "odd1"],
      ["odd?", "odd1"],
      ["some[1]/odd[*]", "some1/odd*"],
    ]) {
      for (const file of [other, name]) {
        put(`${file}.csv`, `text\n${file}\n`);
        await copy(`${file}.parquet`, `SELECT '${file}' AS text`, "FORMAT parquet");
      }
      for (const format of ["csv", "parquet"]) expect(await texts(join(folder, `${name}.${format}`))).toEqual([name]);
    }
  });
});

describe("what is wrong is said in one sentence", () => {
  it.each([
    ["no-such-*.txt", "No file matches /no-such-*.txt; give a file that exists, or a glob."],
    ["empty.txt", "The corpus is empty: /empty.txt holds no text."],
    ["empty.csv", "The corpus is empty: /empty.csv holds no text."],
    [
      "story.pdf",
      "/story.pdf is of no known format; those read are .txt, .jsonl, .ndjson and .csv, each also with .gz or .zst, and .parquet.",
    ],
    ["t.parquet.gz", "/t.parquet.gz: Parquet compresses inside; decompress the file and give it as .parquet."],
    ["folder.txt", "cannot read /folder.txt: it is a folder"],
  ])("%s", async (name, message) => {
    if (name.startsWith("folder")) mkdirSync(join(folder, name));
    else if (!name.startsWith("no-such")) put(name, name === "header.csv" ? "id,text\n" : "\n \n");
    expect(await complaint(join(folder, name))).toBe(message);
  });

  it("names the columns, and the nearest", async () => {
    const path = put("columns.csv", "id,title,body\n1,a,b\n");
    expect(await complaint(path, "boby")).toBe(
      "/columns.csv has no column boby: its columns are id, title, body; did you mean body?",
    );
    expect(await complaint(path, "id")).toBe(
      "/columns.csv: column id does not hold text; its columns are id, title, body.",
    );
    expect(await complaint(path)).toBe(
      "/columns.csv has 2 columns with text, none called text: its columns are id, title, body; " +
        "name the one to read as data.column.",
    );
    const numbers = await copy("numbers.parquet", "SELECT 1 AS id", "FORMAT parquet");
    expect(await complaint(numbers)).toMatch(/^\/numbers\.parquet has no column with text: its columns are id; /);
  });

  it("names line and byte of invalid UTF-8", async () => {
    const bytes = Buffer.from("a\nbé\u{fffd}X");
    bytes[bytes.length - 1] = 0xff;
    const message = "line 2: byte 7 of the line (0xff) is not valid UTF-8; convert the file to UTF-8.";
    expect(await complaint(put("latin.txt", bytes))).toBe(`/latin.txt, ${message}`);
    expect(await complaint(put("latin.csv", bytes))).toBe(`/latin.csv, ${message}`);
    expect(await complaint(put("latin.jsonl.gz", gzipSync(bytes.subarray(2))))).toContain("line 1: byte 7 of the line");
    const parquet = await copy("latin.parquet", "SELECT 'pqrs' AS text", "FORMAT parquet, COMPRESSION uncompressed");
    const patched = Buffer.from((await readFile(parquet)).toString("latin1").replaceAll("pqrs", "pq\xffs"), "latin1");
    expect(await complaint(put("latin.parquet", patched))).toMatch(/has text that is not valid UTF-8 \(/);
  });

  it("names the last byte of a line that ends within a character", async () => {
    for (const end of [[0xef], [0xef, 0xbf]]) {
      const bytes = Buffer.from([0x61, 0x0a, 0x62, ...end]);
      expect(await complaint(put("lone.txt", bytes))).toBe(
        `/lone.txt, line 2: byte ${end.length + 1} of the line (0x${end.at(-1)?.toString(16)}) is not valid UTF-8; ` +
          "convert the file to UTF-8.",
      );
    }
  });

  it("names the line of broken JSON", async () => {
    expect(await complaint(put("broken.jsonl", '{"text":"a"}\n\n{"text":"b\n{"text":"c"}\n'))).toMatch(
      /^\/broken\.jsonl, line 3 is not valid JSON: /,
    );
    expect(await complaint(put("array.jsonl", '{"text":"a"}\n["b"]\n'))).toBe(
      "/array.jsonl, line 2 holds an array where one JSON object a line is expected.",
    );
    expect(await complaint(put("number.jsonl", '{"text":"a"}\n{"text":7}\n'))).toBe(
      "/number.jsonl, line 2: text holds a number where text is expected.",
    );
  });

  it("names the record of broken CSV", async () => {
    expect(await complaint(put("wide.csv", "text,n\na,1\nb,2,3,4\n"))).toBe(
      "/wide.csv, record 3 (the header is record 1): expected 2 columns, as in the header, found 3.",
    );
    expect(await complaint(put("open.csv", 'text,n\na,1\n"b,2\nc,3\n'))).toBe(
      "/open.csv, record 3 (the header is record 1): a value's closing quote is missing.",
    );
    expect(await complaint(put("twice.csv", "text,text\na,b\n"))).toBe(
      "/twice.csv has two columns called text; rename one.",
    );
  });

  it.each([
    ["id;text\n1;a, b\n", "semicolons"],
    ['"id";"text"\n1;"a, b"\n', "semicolons"],
    ["id\ttext\n1\ta\n", "tabs"],
    ["id|text\n1|a\n", "vertical bars"],
  ])("asks for commas in place of other separators: %j", async (content, separators) => {
    expect(await complaint(put("other.csv", content))).toBe(
      `/other.csv seems to be separated by ${separators}; give a comma-separated file.`,
    );
  });

  it("takes other separators within quoted names, or beside commas, for text", async () => {
    expect(await texts(put("quoted-name.csv", '"a;b|c"\nsome text\n'))).toEqual(["some text"]);
    expect(await texts(put("beside.csv", "id|n;m,story\n1,a b\n"))).toEqual(["a b"]);
  });

  it("refuses a Zstandard file with any bit flipped in a sentence, or reads the same", async () => {
    // By the zstd command 1.5. The errors of fzstd have codes that are numbers.
    const frame = Buffer.from(
      "KLUv/SRHrQEAVAJ0aGUgY2F0IHNlZXMgYSBkb2csIHRoZWNhdCwgYW5kYWdhaW4KBQBIEXiqwM7LNylkUJrl8HA2",
      "base64",
    );
    const path = put("flipped.txt.zst", frame);
    const whole = await texts(path);
    let refused = 0;
    for (let bit = 32; bit < 8 * frame.length; bit += 1) {
      const damaged = Buffer.from(frame);
      damaged[bit >> 3] ^= 1 << (bit & 7);
      writeFileSync(path, damaged);
      const found = await texts(path).catch((error) => error);
      if (found instanceof Error) {
        expect(found, `bit ${bit}`).toBeInstanceOf(InputError);
        expect(found.message).toMatch(/is not a complete Zstandard file: /);
        refused += 1;
      } else expect(found).toEqual(whole);
    }
    expect(refused).toBeGreaterThan(100);
  });

  it("does not take a file that was cut short for a complete one", async () => {
    const table = "SELECT i AS id, 'some text ' || i AS text FROM range(3000) t(i)";
    for (const [name, options, message] of [
      ["cut.csv.gz", "FORMAT csv, HEADER, COMPRESSION gzip", "is not a complete gzip file: unexpected end of file."],
      ["cut.csv.zst", "FORMAT csv, HEADER, COMPRESSION zstd", "is not a complete Zstandard file: unexpected EOF."],
      ["cut.jsonl.zst", "FORMAT json, COMPRESSION zstd", "is not a complete Zstandard file: unexpected EOF."],
      ["cut.parquet", "FORMAT parquet", "is not valid Parquet (Invalid Input Error: "],
    ]) {
      const whole = await readFile(await copy(name, table, options));
      expect(await complaint(put(name, whole.subarray(0, whole.length - 40)))).toContain(`/${name} ${message}`);
    }
    expect(await complaint(put("plain.txt.gz", "not gzip"))).toMatch(
      /is not a complete gzip file: incorrect header check/,
    );
    expect(await complaint(put("plain.txt.zst", "not zstd"))).toMatch(
      /is not a complete Zstandard file: invalid zstd data/,
    );
    expect(await complaint(put("text.parquet", "PAR1 not"))).toMatch(/is not valid Parquet/);
  });
});
