import type { ProgressBar } from "./progress-bar.js";

/** What a command takes by its place. */
export interface ArgumentDescription {
  /** `<run>`; `[name]` where it may be left out, `[others...]` where it may be several. */
  readonly name: string;
  readonly about?: string;
  readonly default?: string;
}

/** What a command takes by name: `--` and the key that it is described under. */
export interface OptionDescription {
  /** `<file>`; `[documents]` where it may be left out. An option without one is a flag. */
  readonly value?: string;
  readonly about: string;
  readonly required?: true;
  /** One letter that stands for it: `-o`. */
  readonly short?: string;
  /** It is on, and `--no-` and its key turn it off. */
  readonly negated?: true;
  /** It may be given several times; its value is the list of what was typed. */
  readonly repeated?: true;
  readonly choices?: readonly string[];
  /** What the typed text means. Throws commander's InvalidArgumentError where it means nothing. */
  readonly parse?: (text: string) => unknown;
  /** Its value where it is not given. */
  readonly default?: unknown;
  /** How help shows the default, where that is not as it is. */
  readonly defaultShown?: string;
}

export type ArgumentDescriptions = readonly ArgumentDescription[];
export type OptionDescriptions = Readonly<Record<string, OptionDescription>>;

type ArgumentValue<Of> = Of extends { name: `[${string}...]` }
  ? readonly string[]
  : Of extends { name: `<${string}>` } | { default: string }
    ? string
    : string | undefined;

type Typed<Of> = Of extends { parse: (text: string) => infer Value }
  ? Value
  : Of extends { choices: readonly (infer Choice)[] }
    ? Choice
    : Of extends { value: string }
      ? string
      : Of extends { negated: true }
        ? boolean
        : true;
/** What an option is that may stand alone, and does. */
type Alone<Of> = Of extends { value: `[${string}]` } ? true : never;
type Given<Of> = Of extends { repeated: true } ? readonly string[] : Typed<Of> | Alone<Of>;
type OptionValue<Of> = Of extends { default: unknown } | { required: true } | { negated: true }
  ? Given<Of>
  : Given<Of> | undefined;

/** The types of the values that arguments so described have. */
export type ArgumentValues<Descriptions> = {
  readonly [Place in keyof Descriptions]: ArgumentValue<Descriptions[Place]>;
};
/** The types of the values that options so described have. */
export type OptionValues<Descriptions> = { readonly [Name in keyof Descriptions]: OptionValue<Descriptions[Name]> };

/** What a command is given to work with while it runs. */
export interface CommandContext {
  /**
   * Does what takes long, with what it imports for that. A progress bar stands on the terminal until it has ended, however
   * it ends; Ctrl-C, or a polite kill, aborts the signal, and the command then ends with an `Interrupted` whose message is
   * `interrupted; ` and what `howToGoOn` says when the work has ended.
   */
  compute<Result>(
    howToGoOn: () => string,
    work: (signal: AbortSignal, bar: ProgressBar) => Promise<Result>,
  ): Promise<Result>;
  /**
   * How a command with an option `resume` goes on: `continue with: ` and the command line that does.
   *
   * @param chosen options that the command settled on where they were not given, such as the directory of a run
   * @param places what it then takes by place; as it was given, if it is not said
   */
  continuation(chosen: Readonly<Record<string, unknown>>, places?: readonly string[]): string;
  /** Whether the result is printed as one JSON object, last, on standard output. */
  readonly json: boolean;
  /** Prints lines before the command has ended, where its plain words go. */
  say(lines: readonly string[]): void;
  /** Prints a line on standard error, beside what is to be read alone. */
  tell(line: string): void;
  /** Prints a part of a line where plain words go. */
  write(text: string): void;
  /** Writes bytes on standard output, and waits until they are on their way. */
  writeBytes(bytes: Uint8Array): Promise<void>;
}

/**
 * A command: what help says of it, what it takes, what it does. `runCommand` makes the rest of it: parsing, help, bars,
 * interrupts and printing.
 */
export interface CommandDescription<
  Arguments extends ArgumentDescriptions,
  Options extends OptionDescriptions,
  Result,
> {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  readonly description: string;
  readonly arguments: Arguments;
  /** Without `--json`, which every command has. */
  readonly options: Options;
  /** Examples, and what else help ends with. */
  readonly help?: string;
  /** It computes without the runtime, which then is not loaded. */
  readonly withoutRuntime?: true;
  /** With `--json`, plain words go to standard error; where it is not set they are left out. */
  readonly wordsBesideJson?: true;
  /**
   * What the command does. The engines are imported here, after what can be refused without them: they take longer to
   * load than help or a wrong option should.
   */
  run(context: CommandContext, given: ArgumentValues<Arguments>, options: OptionValues<Options>): Promise<Result>;
  /** The result in plain words, for standard output. */
  lines(result: Result, options: OptionValues<Options>): readonly string[];
  /** What `--json` prints, where that is not the result as it is. */
  json?(result: Result): unknown;
}

/** A command, whatever it takes and gives. */
export type AnyCommand = CommandDescription<ArgumentDescriptions, OptionDescriptions, unknown>;

/** Commands of one name, each with a second: `curve deceleration`. */
export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  /** What help ends with. */
  readonly help: string;
  /** The first is meant where none is named. */
  readonly commands: readonly AnyCommand[];
}

/** A command's description, with the types of what it takes and gives following from it. */
export function command<const Arguments extends ArgumentDescriptions, const Options extends OptionDescriptions, Result>(
  description: CommandDescription<Arguments, Options, Result>,
): CommandDescription<Arguments, Options, Result> {
  return description;
}
