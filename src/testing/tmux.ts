import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";

/** Whether there is a tmux, in which tests look at what a terminal shows. */
export const tmuxIsThere = spawnSync("tmux", ["-V"]).status === 0;

/** The shell counts the commands that it has waited for. */
const PROMPT = "$((N=N+1))$ ";

/** A real terminal of tmux's, with a shell in it. */
export class Terminal {
  private readonly server = `learning-law-${randomBytes(8).toString("hex")}`;
  private commands = 1;

  /**
   * @param columns of the terminal
   * @param folder in which its shell begins
   * @param programs the folder in which it looks first for programs
   */
  constructor(columns: number, folder: string, programs: string) {
    const shell = ["env", `PS1=${PROMPT}`, `PATH=${programs}:${process.env.PATH}`, "sh"];
    const size = ["-x", String(columns), "-y", "50"];
    this.tmux("-f", "/dev/null", "new-session", "-d", ...size, "-c", folder, ...shell);
  }

  /** Types a command and Enter. */
  type(command: string): void {
    this.commands += 1;
    this.tmux("send-keys", "-l", command);
    this.tmux("send-keys", "Enter");
  }

  /** Presses Ctrl-C. */
  interrupt(): void {
    this.tmux("send-keys", "C-c");
  }

  /** What it shows, without empty lines at the end; also as the lines that were printed, where the terminal breaks them. */
  lines({ unbroken = false } = {}): string[] {
    return this.tmux("capture-pane", "-p", ...(unbroken ? ["-J"] : []))
      .replace(/ +$/gm, "")
      .trimEnd()
      .split("\n");
  }

  /**
   * Looks at the screen until it is so, or the command that was typed has ended.
   *
   * @returns all that it showed meanwhile
   */
  async until(isSo: (lines: readonly string[]) => boolean = () => false): Promise<string[][]> {
    const seen: string[][] = [];
    for (;;) {
      await wait(80);
      const lines = this.lines();
      seen.push(lines);
      if (isSo(lines) || lines.at(-1) === `${this.commands}$`) return seen;
    }
  }

  /** Ends the terminal, and what runs in it. */
  close(): void {
    this.tmux("kill-server");
  }

  private tmux(...words: string[]): string {
    return execFileSync("tmux", ["-L", this.server, ...words], { encoding: "utf8", stdio: "pipe" });
  }
}
