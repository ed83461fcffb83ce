/** How L_d and r_d go along the curves as they were given. */
export function comparison(curves: readonly { readonly Ld: number; readonly rd: number }[]): string {
  const [first, last] = [curves[0], curves[curves.length - 1]];
  const along = (values: readonly number[]) =>
    values.every((value, i) => i === 0 || value > values[i - 1])
      ? "rises from curve to curve"
      : values.every((value, i) => i === 0 || value < values[i - 1])
        ? "falls from curve to curve"
        : "neither rises nor falls throughout";
  return (
    `In the order given, the loss at the break L_d ${along(curves.map(({ Ld }) => Ld))} (${first.Ld.toPrecision(3)} to ${last.Ld.toPrecision(3)} nats) and the rate after it r_d ` +
    `${along(curves.map(({ rd }) => rd))} (${first.rd.toPrecision(3)} to ${last.rd.toPrecision(3)}).`
  );
}
