import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { complaints } from "../command.js";
import { computations } from "../computations.js";
import type { Fault } from "../fault.js";

/** KiB of the tmpfs that is filled. */
const SIZE = 4096;

let canMount = true;

export const fullDisk: Fault = {
  name: "full-disk",
  about:
    "where the disk is full or files may grow no further it is said; with room, a computation goes on to the same bytes",
  async attempt(laboratory, folder, random) {
    const computation = computations[random.integer(computations.length)];
    const disk = join(folder, "disk");
    mkdirSync(disk);
    const mounted = canMount && mount(disk);
    if (!mounted && canMount) {
      canMount = false;
      console.log(
        "full-disk: a tmpfs cannot be mounted here (it needs root), so only the limit on a file's size is tried",
      );
    }
    try {
      computation.prepare(laboratory.reference, disk);
      const next = () => (computation.hasBegun(disk) ? computation.again : computation.first);
      // In blocks of 1 KiB. A write beyond it fails as on a full disk where the signal for it is ignored.
      const limit = `trap '' XFSZ; ulimit -f ${1 + random.integer(12)}`;
      const filled = `head -c ${1024 * random.integer(SIZE)} /dev/zero > filled 2> /dev/null; head -c 16777216 /dev/zero > rest 2> /dev/null; truncate -s -${random.integer(65536)} rest`;
      const hampered = await laboratory.run(disk, next(), mounted && random.integer(2) === 0 ? filled : limit);
      const wrong = complaints(hampered, [0, 2]);
      if (wrong.length > 0) return wrong;
      if (mounted) execFileSync("rm", ["-f", join(disk, "filled"), join(disk, "rest")]);
      if (!computation.isOver(disk)) {
        const found = complaints(await laboratory.run(disk, next()), [0]);
        if (found.length > 0) return found;
      }
      return laboratory.differences(computation, disk);
    } finally {
      if (mounted) execFileSync("umount", ["-l", disk]);
    }
  },
};

function mount(folder: string): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${SIZE}k`, "tmpfs", folder], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
