import type { AnyCommand, CommandGroup } from "./command.js";
import { compress } from "./compress.js";
import { curve } from "./curve/curve.js";
import { decompress } from "./decompress.js";
import { evaluate } from "./evaluate.js";
import { exportModel } from "./export.js";
import { generate } from "./generate.js";
import { interference } from "./interference.js";
import { presets } from "./presets.js";
import { report } from "./report.js";
import { reproduce } from "./reproduce.js";
import { schedules } from "./schedules.js";
import { search } from "./search.js";
import { select } from "./select.js";
import { serve } from "./serve.js";
import { train } from "./train.js";
import { weights } from "./weights.js";

/** Every command, in the order of help. */
export const commands: readonly AnyCommand[] = [
  search,
  evaluate,
  report,
  reproduce,
  train,
  generate,
  exportModel,
  select,
  interference,
  weights,
  compress,
  decompress,
  presets,
  schedules,
  serve,
];

/** Commands that have commands. */
export const groups: readonly CommandGroup[] = [curve];
