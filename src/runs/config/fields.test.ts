import { expect, test } from "vitest";
import { dataSources } from "../problem/registry.js";
import { configSchema } from "./config.js";
import { fieldsOf } from "./fields.js";
import { keysOf } from "./keys.js";
import { resolveConfig } from "./resolve-config.js";

const config = resolveConfig("quickstart");
const fields = fieldsOf(config);
const field = (key: string, of?: string) => fields.find((found) => found.key === key && found.of?.name === of)!;

test("every key that help knows has a field, with what help says of it", () => {
  const keys = keysOf(configSchema(dataSources.get("text").settings));
  const sections = new Set(["model", "data", "learning", "search", "training"]);
  for (const { key, about, of } of keys.filter(({ key }) => !sections.has(key)))
    expect(about.startsWith(field(key, of)?.about), `${key} of ${of}`).toBe(true);
});

test("fields have bounds, choices, defaults, and who has them", () => {
  expect(field("data.perturbed")).toMatchObject({ type: "number", least: 0, most: 1, nullable: false });
  expect(field("search.patience")).toMatchObject({ type: "whole", least: 1, nullable: true, byDefault: null });
  expect(field("data.train")).toMatchObject({ type: "files" });
  const optimizer = field("training.optimizer");
  expect(optimizer.type).toBe("choice");
  expect(optimizer.choices.map(({ name }) => name)).toEqual(["adamw", "sgd"]);
  expect(field("training.optimizer.momentum", "sgd").of).toEqual({ key: "training.optimizer", name: "sgd" });
  expect(field("model.width", "transformer").of).toEqual({ key: "model.kind", name: "transformer" });
});

test("the data of a perceptron have their own", () => {
  const keys = fieldsOf(resolveConfig("perceptron")).map(({ key }) => key);
  expect(keys).toContain("data.labelNoise");
  expect(keys).not.toContain("data.train");
});
