import { createHash } from "node:crypto";
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeFileAtomically } from "../../files/atomic-file.js";
import { digestOf, withDigest } from "../../files/digest.js";
import { uniformPolicy } from "../../search/policy.js";
import { projectOntoSimplex } from "../../search/simplex.js";
import { refusalOf } from "../../testing/refusal.js";
import { watchFiles } from "../../testing/watch-files.js";
import { loadPolicy, savePolicy } from "../policy-file.js";
import type { EpochMetrics } from "../search/epoch-metrics.js";
import type { SearchRun } from "../search/search-kind.js";
import { createRun, openRun, resumeRun, runKind } from "./run-directory.js";

let folder: string;
let directory: string;
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), "run-"));
  directory = join(folder, "run");
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const config = {
  command: "search",
  seed: 1,
  learning: { steps: 3, rate: 0.1, warmUp: null },
  data: ["a.txt", "b.txt"],
};

/** What an epoch's line holds. */
const metrics = (epoch: number, area = 1): EpochMetrics => ({
  ...{ epoch, area, validationArea: 1, testArea: 1, finalTestLoss: 1, compressionRatio: 1, acceleration: null },
  ...{ zeroShare: 0, zeroPerturbedShare: null, gap: 1, gapByStretch: [1], trials: 1, cost: 1 },
});

/** Every file below a directory with its content, and every empty folder. */
function contents(root: string): Record<string, string> {
  const names = fs.readdirSync(root, { recursive: true }).map(String).sort();
  return Object.fromEntries(
    names.map((name) => {
      const path = join(root, name);
      return [name, fs.statSync(path).isDirectory() ? "a folder" : fs.readFileSync(path, "latin1")];
    }),
  );
}

/** A search in small: every epoch's policy comes from the one before it, as a resumed search must read it. */
function search(run: SearchRun, epochs: number): void {
  if (run.nextEpoch === 0) writeFileAtomically(run.path("baseline.json"), '{"loss":1}\n');
  for (let epoch = run.nextEpoch; epoch < epochs; epoch++) {
    const policy = epoch === 0 ? uniformPolicy(1, 5) : loadPolicy(run.policyPath(epoch - 1));
    policy.weights.forEach((weight, n) => {
      policy.weights[n] = weight - 0.05 * Math.sin(7 * n + epoch);
    });
    projectOntoSimplex(policy.weights);
    savePolicy(run.policyPath(epoch), policy);
    run.appendMetrics(metrics(epoch, policy.weights[0]));
    run.writeState(epoch + 1);
  }
}

describe("createRun", () => {
  test("lays out a directory that openRun reads", () => {
    const run = createRun(directory, config);
    expect(Object.keys(contents(directory))).toEqual([
      "config.yaml",
      "metrics.jsonl",
      "policies",
      "state.json",
      "versions.json",
    ]);
    expect(fs.readFileSync(run.path("config.yaml"), "utf8")).toBe(
      "command: search\nseed: 1\nlearning:\n  steps: 3\n  rate: 0.1\n  warmUp: null\ndata:\n  - a.txt\n  - b.txt\n",
    );
    expect(JSON.parse(fs.readFileSync(run.path("versions.json"), "utf8"))).toEqual({
      format: 2,
      kind: "search",
      "learning-law": expect.stringMatching(/^\d+\.\d+\.\d+/),
      node: process.version,
      "onnxruntime-node": expect.stringMatching(/^\d+\.\d+\.\d+/),
      platform: process.platform,
      arch: process.arch,
      config: createHash("sha256")
        .update(fs.readFileSync(run.path("config.yaml")))
        .digest("hex"),
      digest: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(run.nextEpoch).toBe(0);
    expect(run.readMetrics()).toEqual([]);
    expect(run.policyPath(3)).toBe(join(directory, "policies", "epoch-0003.safetensors"));
    expect(openRun(directory).config).toEqual(config);
  });

  test("gives the same bytes for the same configuration", () => {
    createRun(directory, config);
    createRun(join(folder, "again"), structuredClone(config));
    expect(contents(join(folder, "again"))).toEqual(contents(directory));
  });

  test("takes an empty directory and makes the folders above a new one", () => {
    fs.mkdirSync(directory);
    createRun(directory, config);
    createRun(join(folder, "a", "b"), config);
    expect(openRun(join(folder, "a", "b")).config).toEqual(config);
  });

  test("keeps every value of a configuration", () => {
    const shared = { text: "yes", more: "null" };
    const odd = {
      shared,
      again: shared,
      "a.b": "1e3",
      list: [0.1, 1e-30, 1e300, true, "multi\nline: x # y ".repeat(20)],
    };
    createRun(directory, odd);
    expect(openRun(directory).config).toEqual(odd);
    expect(resumeRun(directory, { ...odd, unset: undefined }).nextEpoch).toBe(0);
  });

  test("refuses a directory that is not empty, and leaves it alone", () => {
    fs.mkdirSync(directory);
    fs.writeFileSync(join(directory, "config.yaml"), "mine");
    const message = `${directory} exists; choose another --out or continue it with --resume`;
    expect(refusalOf(() => createRun(directory, config))).toBe(message);
    expect(contents(directory)).toEqual({ "config.yaml": "mine" });
  });

  test("refuses a place that cannot be written", () => {
    const file = join(folder, "file");
    fs.writeFileSync(file, "");
    const reason = (path: string) => refusalOf(() => createRun(path, config));
    expect(reason(file)).toBe(`${file} is a file; choose another --out`);
    expect(reason(join(file, "run"))).toMatch(/^cannot create the run directory .*: a part of its path is a file/);
  });

  test.skipIf(process.getuid?.() === 0)("refuses a folder without permission to write", () => {
    fs.chmodSync(folder, 0o500);
    expect(refusalOf(() => createRun(directory, config))).toMatch(/: permission denied$/);
    fs.chmodSync(folder, 0o700);
  });

  // Nobody, root included, may make files here.
  test.skipIf(process.platform !== "linux")("refuses a file system that takes no files", () => {
    expect(refusalOf(() => createRun("/sys/run", config))).toMatch(/^cannot create the run directory \/sys\/run: /);
  });
});

describe("openRun", () => {
  test("refuses what is no run directory", () => {
    const reason = () => refusalOf(() => openRun(directory));
    expect(reason()).toBe(`there is no run ${directory}`);
    fs.mkdirSync(directory);
    expect(reason()).toBe(`${directory} is not a run directory: it has no versions.json`);
  });

  test("refuses a directory of another format", () => {
    const run = createRun(directory, config);
    fs.writeFileSync(run.path("versions.json"), '{"format":3}');
    expect(refusalOf(() => openRun(directory))).toBe(
      `${directory} has format 3, and this version of learning-law reads formats 1 and 2`,
    );
  });

  test.each([
    ["versions.json", "{}"],
    ["versions.json", '{"format":2}'],
    ["versions.json", "{"],
    ["state.json", '{"nextEpoch":-1,"metricsBytes":0}'],
    ["state.json", ""],
    ["config.yaml", "a: [1"],
    ["config.yaml", "just a text"],
  ])("refuses a damaged %s: %s", (name, text) => {
    const run = createRun(directory, config);
    fs.writeFileSync(run.path(name), text);
    expect(refusalOf(() => openRun(directory))).toBe(
      `${run.path(name)} is damaged: it is not what learning-law wrote there`,
    );
    fs.rmSync(run.path(name));
    expect(refusalOf(() => openRun(directory))).toMatch(
      name === "versions.json" ? /not a run directory/ : /^cannot read/,
    );
  });

  test("refuses metrics that have lost lines, and names a damaged line", () => {
    const run = createRun(directory, config);
    search(run, 2);
    const lines = fs.readFileSync(run.path("metrics.jsonl"), "utf8");
    fs.writeFileSync(run.path("metrics.jsonl"), lines.slice(0, -5));
    expect(refusalOf(() => openRun(directory))).toBe(
      `${run.path("metrics.jsonl")} is damaged: it has ${lines.length - 5} bytes, and had ${lines.length}`,
    );
    fs.writeFileSync(run.path("metrics.jsonl"), lines.replace('{"epoch":1', '"epoch":: 1'));
    expect(refusalOf(() => openRun(directory).readMetrics())).toMatch(/^line 2 of .*metrics\.jsonl is damaged/);
    // Of the same length, with another key.
    fs.writeFileSync(run.path("metrics.jsonl"), lines.replace('"area"', '"aera"'));
    expect(refusalOf(() => openRun(directory).readMetrics())).toBe(
      `line 1 of ${run.path("metrics.jsonl")} is damaged: it is not what learning-law wrote there`,
    );
  });

  test("reads a run while it is written: only finished epochs, and nothing is changed", () => {
    const run = createRun(directory, config);
    search(run, 2);
    run.appendMetrics(metrics(2));
    const before = contents(directory);
    expect(
      openRun(directory)
        .readMetrics()
        .map(({ epoch }) => epoch),
    ).toEqual([0, 1]);
    expect(openRun(directory).nextEpoch).toBe(2);
    expect(contents(directory)).toEqual(before);
    run.writeState(3);
    expect(run.readMetrics().map(({ epoch }) => epoch)).toEqual([0, 1, 2]);
  });
});

describe("the directory of a training", () => {
  test("calls its parts otherwise, and counts steps", () => {
    const run = createRun(directory, config, "training");
    expect(Object.keys(contents(directory))).toEqual([
      ...["checkpoints", "config.yaml", "curve.jsonl", "state.json", "versions.json"],
    ]);
    const line = { step: 0, tokens: 0, work: 0, validationLoss: 1, testLoss: 1, learningRate: 0 };
    run.appendMetrics(line);
    run.writeState(100);
    run.appendMetrics({ ...line, step: 120 });
    expect(JSON.parse(fs.readFileSync(run.path("state.json"), "utf8"))).toEqual({
      step: 100,
      curveBytes: JSON.stringify(withDigest(line)).length + 1,
      digest: digestOf(JSON.stringify({ step: 100, curveBytes: JSON.stringify(withDigest(line)).length + 1 })),
    });
    const resumed = resumeRun(directory, config, "training");
    expect(resumed.finished).toBe(100);
    expect(resumed.readMetrics()).toEqual([line]);
    expect(resumed.checkpointPaths(100)).toEqual({
      model: join(directory, "checkpoints", "step-000100.safetensors"),
      state: join(directory, "checkpoints", "step-000100.state.safetensors"),
    });
  });

  test("keeps one checkpoint and the models of those due before it, and nothing that was left beside them", () => {
    const run = createRun(directory, config, "training");
    for (const step of [2, 3, 4, 6, 8])
      for (const path of Object.values(run.checkpointPaths(step))) fs.writeFileSync(path, String(step));
    fs.writeFileSync(`${run.checkpointPaths(6).model}.partial`, "half");
    run.keepCheckpoint(6, 2);
    expect(fs.readdirSync(run.path("checkpoints")).sort()).toEqual([
      ...["step-000002.safetensors", "step-000004.safetensors", "step-000006.safetensors"],
      "step-000006.state.safetensors",
    ]);
  });

  test("lists the steps whose models are there, as far as they are finished", () => {
    const run = createRun(directory, config, "training");
    expect(run.checkpointSteps()).toEqual([]);
    for (const step of [100, 20, 1_000_000, 3_000_000])
      for (const path of Object.values(run.checkpointPaths(step))) fs.writeFileSync(path, "");
    run.writeState(1_000_000);
    expect(run.checkpointSteps()).toEqual([20, 100, 1_000_000]);
  });

  test("is not taken for that of a search, nor the other way round", () => {
    createRun(directory, config, "training");
    const message = `${directory} is the directory of a training, and that of a search is wanted`;
    expect(refusalOf(() => openRun(directory))).toBe(message);
    expect(refusalOf(() => resumeRun(directory, config))).toBe(message);
    createRun(join(folder, "search"), config);
    expect([directory, join(folder, "search"), join(folder, "none")].map(runKind)).toEqual([
      ...["training", "search", "search"],
    ]);
    expect(refusalOf(() => openRun(join(folder, "search"), "training"))).toContain(
      "is the directory of a search, and that of a training is wanted",
    );
  });
});

describe("resumeRun", () => {
  test("refuses another configuration, naming the first difference", () => {
    createRun(directory, config);
    const changed = { ...config, learning: { ...config.learning, steps: 4 }, seed: 1 };
    expect(refusalOf(() => resumeRun(directory, changed))).toBe(
      "learning.steps is 3 in the run and 4 now; " +
        `continue ${directory} with its own configuration or choose another --out`,
    );
    expect(refusalOf(() => resumeRun(directory, { ...config, more: [1] }))).toMatch(
      /^more is not set in the run and \[1\] now; /,
    );
  });

  test("refuses a run of another ONNX Runtime, which rounds otherwise, but not of another Node", () => {
    const path = createRun(directory, config).path("versions.json");
    const { digest: _, ...versions } = JSON.parse(fs.readFileSync(path, "utf8"));
    fs.writeFileSync(path, JSON.stringify({ ...versions, node: "v20.0.0" }));
    resumeRun(directory, config);
    fs.writeFileSync(path, JSON.stringify({ ...versions, "onnxruntime-node": "1.0.0" }));
    expect(refusalOf(() => resumeRun(directory, config))).toContain(
      "was begun with onnxruntime-node 1.0.0, and this is",
    );
  });

  test("cuts off the lines of epochs that were not finished", () => {
    const run = createRun(directory, config);
    search(run, 1);
    const finished = contents(directory);
    run.appendMetrics(metrics(1));
    fs.appendFileSync(run.path("metrics.jsonl"), '{"epo');
    expect(resumeRun(directory, config).readMetrics().length).toBe(1);
    expect(contents(directory)).toEqual(finished);
  });
});

describe("remove", () => {
  test("leaves nothing of what was made for the run, and everything else", () => {
    createRun(join(folder, "a", "b"), config).remove();
    expect(contents(folder)).toEqual({});

    fs.mkdirSync(directory);
    createRun(directory, config).remove();
    expect(contents(folder)).toEqual({ run: "a folder" });

    const run = createRun(join(folder, "a", "b"), config);
    fs.writeFileSync(join(folder, "a", "other"), "mine");
    run.remove();
    expect(contents(join(folder, "a"))).toEqual({ other: "mine" });
  });

  test("goes no further up for a relative path", () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      createRun("a/b", config).remove();
      expect(contents(folder)).toEqual({});
    } finally {
      process.chdir(before);
    }
  });
});

describe("keepPolicies", () => {
  test("removes all other policies and a half-written one", () => {
    const run = createRun(directory, config);
    for (let epoch = 0; epoch < 4; epoch++) savePolicy(run.policyPath(epoch), uniformPolicy(1, 2));
    fs.writeFileSync(`${run.policyPath(2)}.partial`, "half");
    run.keepPolicies(new Set([1, 2, 7]), []);
    expect(fs.readdirSync(run.path("policies")).sort()).toEqual(["epoch-0001.safetensors", "epoch-0002.safetensors"]);
  });
});

describe("a run that is killed at any moment and continued", () => {
  const EPOCHS = 2;

  /** What a person does: start the search, or continue it if there is one. */
  function startOrContinue(at: string): void {
    const started = refusalOf(() => openRun(at)) === "accepted";
    search(started ? resumeRun(at, config) : createRun(at, config), EPOCHS);
  }

  test("ends with the bytes of an uninterrupted one", async () => {
    const moments: string[] = [];
    let previous = "";
    await watchFiles(
      () => startOrContinue(directory),
      () => {
        const now = fs.existsSync(directory) ? JSON.stringify(contents(directory)) : "";
        if (now === previous) return;
        previous = now;
        moments.push(join(folder, `moment-${moments.length}`));
        fs.cpSync(directory, moments.at(-1)!, { recursive: true });
      },
    );
    const uninterrupted = contents(directory);
    expect(Object.keys(uninterrupted).filter((name) => name.endsWith("safetensors")).length).toBe(EPOCHS);
    // Creation changes some 20 things and an epoch 14: far fewer moments would mean that nobody looked.
    expect(moments.length).toBeGreaterThan(15 + 10 * EPOCHS);
    for (const moment of moments) {
      startOrContinue(moment);
      expect(contents(moment)).toEqual(uninterrupted);
    }
  });

  test("and killed again while it is continued", async () => {
    search(createRun(directory, config), EPOCHS);
    const uninterrupted = contents(directory);
    const killed = join(folder, "killed");
    const run = createRun(killed, config);
    search(run, 1);
    run.append("metrics.jsonl", { epoch: 1, torn: "x".repeat(1000) });
    const moments: string[] = [];
    await watchFiles(
      () => startOrContinue(killed),
      () => {
        moments.push(join(folder, `moment-${moments.length}`));
        fs.cpSync(killed, moments.at(-1)!, { recursive: true });
      },
    );
    for (const moment of moments) {
      startOrContinue(moment);
      expect(contents(moment)).toEqual(uninterrupted);
    }
  });
});
