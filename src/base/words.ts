/** `1 input`, `2,048 inputs`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** A number to so many significant digits, without zeros at its end: `0.003`, `1.5e+21`. */
export function rounded(value: number, digits = 3): string {
  return String(Number(value.toPrecision(digits)));
}

/** Bytes as `--memory` takes them, in tenths, rounded up: `837.5MiB`. */
export function inBytes(bytes: number): string {
  const units = ["KiB", "MiB", "GiB", "TiB", "PiB"];
  const power = Math.min(units.length, Math.max(1, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  return `${Math.ceil((10 * bytes) / 1024 ** power) / 10}${units[power - 1]}`;
}

/** A word as a shell takes it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
