import { InvalidArgumentError } from "commander";
import type { Chosen } from "../base/component.js";
import { InputError } from "../base/errors.js";
import { rounded } from "../base/words.js";
import { scheduledRates } from "../descent/learning-rates.js";
import { schedules as known } from "../descent/schedules/registry.js";
import type { ScheduleComponent, ScheduleFacts } from "../descent/schedules/schedule.js";
import { explain } from "../runs/config/explain.js";
import { keysOf } from "../runs/config/keys.js";
import { prepareSchedule } from "../runs/config/prepare-schedules.js";
import { settingsTree } from "../runs/config/resolve-config.js";
import { command } from "./command.js";
import { curveBlocks } from "./curve-blocks.js";
import { refuseWidthAlone, wholeNumber, width } from "./options.js";

/** A schedule with these settings, and its learning rate in every step. */
interface Drawn {
  readonly name: string;
  readonly about: string;
  readonly source: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** eta[0] .. eta[T - 1]; null of one that cannot stand alone, and was not asked for by its name. */
  readonly rates: readonly number[] | null;
}

interface Result extends ScheduleFacts {
  readonly schedules: readonly Drawn[];
  /** The files that were written. */
  readonly figures?: readonly string[];
}

/** Columns of a curve in the table, and of one that is shown alone. */
const SMALL = 40;
const LARGE = 64;
const ROWS = 8;

/** `learning-law schedules`: lists the schedules of the learning rate and draws them. */
export const schedules = command({
  name: "schedules",
  summary: "show the schedules of the learning rate, and draw them",
  description:
    "Lists the schedules that training.schedule and learning.schedule choose from, each with its learning rate over the " +
    "steps; with a name, draws that one larger, with what can be set. With --json, the rate of every step.",
  arguments: [{ name: "[names...]", about: "which of them; all without it" }],
  options: {
    set: {
      value: "<key=value>",
      about: "a setting of the one schedule that is named, such as decay=0.5; may be repeated",
      repeated: true,
      default: [],
      defaultShown: "none",
    },
    steps: { value: "<n>", about: "T, the steps", parse: wholeNumber(1, 1e6), default: 1000 },
    warmup: { value: "<n>", about: "steps of linear warm-up", parse: wholeNumber(0), default: 0 },
    rate: { value: "<eta>", about: "the peak of the learning rate", parse: positiveNumber, default: 0.003 },
    batch: { value: "<n>", about: "examples a step, which power depends on", parse: wholeNumber(1), default: 64 },
    length: { value: "<n>", about: "tokens of an example, which it depends on", parse: wholeNumber(1), default: 32 },
    figures: { value: "<dir>", about: "also write a figure of them into this folder: SVG, PDF, PNG, and its caption" },
    width,
  },
  help: `Examples:
  learning-law schedules
  learning-law schedules wsd --set decay=0.5 --steps 500
  learning-law schedules rewarm --warmup 20
  learning-law schedules refined --set run=runs/plain
  learning-law schedules linear cosine rex --figures figures
  learning-law train quickstart --set training.schedule=rex`,

  async run(_, [names], { set, figures: folder, width, rate, ...sizes }): Promise<Result> {
    refuseWidthAlone(width, folder);
    if (set.length > 0 && names.length !== 1)
      throw new InputError("--set is a setting of one schedule; name that one alone");
    const facts = { ...sizes, learningRate: rate };
    const asked = names.length === 0 ? [...known] : [...new Set(names)].map((name) => known.get(name));
    const drawn = asked.map((component) => draw(component, set, facts, names.length > 0));
    const result = { ...facts, schedules: drawn };
    if (folder === undefined) return result;
    const { writeSchedules } = await import("../report/schedules/write-schedules.js");
    const shown = drawn.flatMap(({ name, rates }) => (rates === null ? [] : [{ name, rates }]));
    return { ...result, figures: await writeSchedules(shown, facts, folder, width) };
  },

  lines({ schedules: drawn, figures, ...facts }, { figures: folder }) {
    const written = figures === undefined ? [] : ["", `The figure with its caption is in ${folder}`];
    return [...(drawn.length === 1 ? alone(drawn[0], facts) : table(drawn, facts)), ...written];
  },
});

/** Throws InputError where the settings are not the schedule's; of one that was not asked for, those that it lacks are. */
function draw(
  { name, about, source, settings: schema }: ScheduleComponent,
  set: readonly string[],
  facts: ScheduleFacts,
  wanted: boolean,
): Drawn {
  const tree = settingsTree(set);
  const { data, error } = schema.safeParse(tree);
  if (data === undefined) {
    if (wanted) throw new InputError(`${name}: ${explain(error.issues, schema, tree)}`);
    return { name, about, source, settings: {}, rates: null };
  }
  const chosen: Chosen = prepareSchedule({ name, ...data }, name);
  const { name: _, ...settings } = chosen;
  const rate = scheduledRates(chosen, facts);
  return { name, about, source, settings, rates: Array.from({ length: facts.steps }, (_, t) => rate(t)) };
}

/** A line of at most 80 columns for every schedule, and what each of them is. */
function table(drawn: readonly Drawn[], { steps, learningRate }: ScheduleFacts): string[] {
  const row = (name: string, curve: string, mean: string, last: string) =>
    `${name.padEnd(12)} ${curve.padEnd(SMALL)} ${mean.padStart(10)} ${last.padStart(10)}`.trimEnd();
  return [
    row("", `0 to ${learningRate} over ${steps} steps`, "mean", "last"),
    ...drawn.map(({ name, rates }) => {
      if (rates === null) return `${name.padEnd(12)} with: learning-law schedules ${name} --set run=runs/plain`;
      const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
      return row(name, curveBlocks(rates, learningRate, SMALL)[0], rounded(mean), rounded(rates[rates.length - 1]));
    }),
    "",
    ...drawn.map(({ name, about }) => `${name.padEnd(12)} ${about}`),
  ];
}

/** One curve with its axes, and below it what the schedule is and what is set. */
function alone({ name, about, source, settings, rates }: Drawn, { steps, learningRate }: ScheduleFacts): string[] {
  const label = rounded(learningRate).padStart(10);
  const axis = (i: number) => (i === 0 ? `${label} ┤` : `${"".padStart(10)} │`);
  const keys = keysOf(known.get(name).settings);
  return [
    ...curveBlocks(rates!, learningRate, LARGE, ROWS).map((line, i) => `${axis(i)}${line}`.trimEnd()),
    `${"0".padStart(10)} └${"─".repeat(LARGE)}`,
    `${"".padStart(12)}step 0${String(steps).padStart(LARGE - 6)}`,
    "",
    `${name.padEnd(12)} ${about}`,
    `${"source".padEnd(12)} ${source}`,
    ...keys.flatMap(({ key, about }) =>
      settings[key] === undefined ? [] : [`${key.padEnd(12)} ${settingShown(settings[key])}: ${about}`],
    ),
  ];
}

function settingShown(value: unknown): string {
  return Array.isArray(value) && value.length > 8 ? `${value.length} numbers` : JSON.stringify(value);
}

function positiveNumber(text: string): number {
  const number = Number(text);
  if (text.trim() !== "" && number > 0 && number <= 1e9) return number;
  throw new InvalidArgumentError("It must be a number above 0, at most 1000000000.");
}
