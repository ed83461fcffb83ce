import { execFile } from "node:child_process";
import { z } from "zod";
import { InputError } from "../base/errors.js";

/** What a page asks a trained model for. */
export const TextRequest = z.object({
  run: z.string().max(1000),
  prompt: z.string().max(2000),
  temperature: z.number().min(0).max(100),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1),
});

/** The most tokens that are sampled, and how long that may take, in milliseconds. */
const TOKENS = 80;
const TOO_LONG = 60_000;

const Written = z.object({ step: z.int(), text: z.string() });

/**
 * Text from the newest checkpoint of a training, by `learning-law generate` in a process of its own.
 *
 * @param path of the run
 * @param program what runs the command line: the interpreter, and its script
 * @throws InputError with what the command says where it refuses
 */
export function writtenText(
  { prompt, temperature, seed }: z.infer<typeof TextRequest>,
  path: string,
  [command, ...first]: readonly string[],
): Promise<z.infer<typeof Written>> {
  const options = [`--prompt=${prompt}`, `--tokens=${TOKENS}`, `--temperature=${temperature}`, `--seed=${seed}`];
  return new Promise((resolve, reject) => {
    const words = [...first, "generate", path, ...options, "--json"];
    execFile(command, words, { timeout: TOO_LONG }, (error, stdout, stderr) => {
      if (error === null) resolve(Written.parse(JSON.parse(stdout)));
      else if (error.killed)
        reject(new InputError("it takes longer than a minute; learning-law generate has no limit"));
      else
        reject(
          new InputError(
            stderr
              .trim()
              .split("\n")
              .at(-1)!
              .replace(/^learning-law: /, ""),
          ),
        );
    });
  });
}
