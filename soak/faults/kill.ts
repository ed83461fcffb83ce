import { setTimeout as wait } from "node:timers/promises";
import { complaints } from "../command.js";
import { computations } from "../computations.js";
import type { Fault } from "../fault.js";

const SIGNALS = ["SIGKILL", "SIGTERM", "SIGINT"] as const;
const MOST_KILLS = 4;

export const kill: Fault = {
  name: "kill",
  about: "killed at random moments and continued, a computation ends with the bytes of an undisturbed one",
  async attempt(laboratory, folder, random) {
    const computation = computations[random.integer(computations.length)];
    const { first, again, hasBegun, isOver } = computation;
    computation.prepare(laboratory.reference, folder);
    const next = () => (hasBegun(folder) ? again : first);
    const kills = 1 + random.integer(MOST_KILLS);
    for (let i = 0; i < kills && !isOver(folder); i++) {
      const { process, ended } = laboratory.start(folder, next());
      await wait(1000 * laboratory.secondsOf(computation) * random.uniform());
      const signal = SIGNALS[random.integer(SIGNALS.length)];
      process.kill(signal);
      const found = await ended;
      // A signal before Node runs any of our code ends it as it ends any process.
      const wrong = complaints(found, [0, 130, null]);
      if (wrong.length > 0) return wrong;
    }
    if (!isOver(folder)) {
      const wrong = complaints(await laboratory.run(folder, next()), [0]);
      if (wrong.length > 0) return wrong;
    }
    return laboratory.differences(computation, folder);
  },
};
