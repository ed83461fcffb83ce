import type { Component, Registry } from "../../base/component.js";
import { optimizers } from "../../descent/optimizers/registry.js";
import { schedules } from "../../descent/schedules/registry.js";
import { losses } from "../../losses/registry.js";
import { models } from "../../models/registry.js";
import { stepRules } from "../../search/steps/registry.js";
import { weightings } from "../../training/weighting/registry.js";
import { dataSources } from "../problem/registry.js";
import { type Key, keysOf } from "./keys.js";
import { learningSection, searchSection, trainingSection } from "./sections.js";

type AnyRegistry = Registry<Component<never, unknown>>;

/** Every registry, with the key of a configuration that chooses from it, or how it is chosen. */
const REGISTRIES: readonly { title: string; key: string; chosen: string; registry: AnyRegistry }[] = [
  { title: "Models", key: "model", chosen: "`model.kind`", registry: models as AnyRegistry },
  { title: "Sources of data", key: "data", chosen: "the model", registry: dataSources as AnyRegistry },
  { title: "Losses", key: "loss", chosen: "`loss`", registry: losses as AnyRegistry },
  {
    title: "Optimizers",
    key: "training.optimizer",
    chosen: "`training.optimizer`",
    registry: optimizers as AnyRegistry,
  },
  { title: "Step rules of a search", key: "search.step", chosen: "`search.step`", registry: stepRules as AnyRegistry },
  {
    title: "Schedules",
    key: "training.schedule",
    chosen: "`training.schedule` or `learning.schedule`",
    registry: schedules as AnyRegistry,
  },
  {
    title: "Policies while training",
    key: "training.policy",
    chosen: "`training.policy` or `--policy`",
    registry: weightings as AnyRegistry,
  },
];

/** Keys that are always there. */
const SECTIONS = { learning: learningSection, search: searchSection, training: trainingSection };

/** docs/REFERENCE.md: all components with their settings, and the keys of a configuration, from the registries. */
export function referenceDocument(): string {
  return [
    "# Reference",
    "",
    "What a configuration can say, made from the registries by `npm run docs:reference`; do not edit this page. A component",
    "is chosen by its name, or with settings: `optimizer: sgd`, `optimizer: { name: sgd, momentum: 0.5 }`, and on the command",
    "line `--set training.optimizer=sgd --set training.optimizer.momentum=0.5`. In brackets: the default.",
    ...REGISTRIES.flatMap(({ title, key, chosen, registry }) => [
      "",
      `## ${title}`,
      "",
      `Chosen by ${chosen}.`,
      "",
      "| name | what it does | source |",
      "|---|---|---|",
      ...Array.from(registry, ({ name, about, source }) => `| \`${name}\` | ${about} | ${source} |`),
      ...settingsTable(key, registry),
    ]),
    ...Object.entries(SECTIONS).flatMap(([name, schema]) => [
      "",
      `## Section \`${name}\``,
      "",
      ...keyTable(
        keysOf(schema).filter((key) => key.of === undefined),
        name,
      ),
    ]),
    "",
    "`seed` is of everything random.",
    "",
  ].join("\n");
}

/** The settings of the components of a registry that have some. */
function settingsTable(key: string, registry: AnyRegistry): string[] {
  const rows = Array.from(registry).flatMap(({ name, settings }) =>
    keysOf(settings).map((setting) => `| \`${key}.${setting.key}\` | \`${name}\` | ${setting.about} |`),
  );
  return rows.length === 0 ? [] : ["", "| key | of | meaning |", "|---|---|---|", ...rows];
}

function keyTable(keys: readonly Key[], section: string): string[] {
  return ["| key | meaning |", "|---|---|", ...keys.map(({ key, about }) => `| \`${section}.${key}\` | ${about} |`)];
}
