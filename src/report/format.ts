/** A share as a percentage; a dash where there is none. */
export function percent(share: number | null, digits = 1): string {
  if (share === null) return "–";
  return `${minus(Math.abs(share) < 100 ? (100 * share).toFixed(digits) : (100 * share).toExponential(1))}%`;
}

/** A number with this many significant digits, never in scientific notation between 1e-4 and 1e6. */
export function number(value: number | null, digits = 3): string {
  if (value === null) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) return minus(value.toExponential(digits - 1));
  const decimals = size === 0 ? 0 : Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return minus(value.toFixed(Math.min(decimals, 20)));
}

/** How many times sooner: `2.16`, `66.0`. */
export function times(acceleration: number): string {
  return acceleration.toFixed(acceleration < 10 ? 2 : 1);
}

/** A whole number with its thousands apart. */
export function whole(value: number): string {
  return value.toLocaleString("en");
}

/** `1 policy`, `2 policies`. */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${whole(value)} ${value === 1 ? one : many}`;
}

function minus(number: string): string {
  return number.replaceAll("-", "−");
}

/** A number as short as it is on an axis: `20K`, `1.5M`. */
export function compact(value: number): string {
  return value.toLocaleString("en", { notation: "compact" });
}
