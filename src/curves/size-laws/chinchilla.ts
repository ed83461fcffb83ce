import { logSumExp, type SizeLaw } from "./size-law.js";

/** L = E + A / N^alpha + B / D^beta, fitted by e = ln E, a = ln A, b = ln B (Hoffmann et al. 2022, equations 2 to 4). */
export const chinchilla: SizeLaw = {
  name: "chinchilla",
  about: "L = E + A / N^alpha + B / D^beta",
  source: "Hoffmann et al. 2022, arXiv:2203.15556, approach 3",
  coefficients: ["E", "A", "B", "alpha", "beta"],
  ofParameters: ([e, a, b, alpha, beta]) => [Math.exp(e), Math.exp(a), Math.exp(b), alpha, beta],
  lower: [-20, -20, -20, 0, 0],
  upper: [10, 60, 60, 3, 3],
  starts: (lowest) =>
    [0.3, 0.9].flatMap((share) =>
      [3, 8, 15].flatMap((ab) => [0.2, 0.4, 0.8].map((power) => [Math.log(share * lowest), ab, ab, power, power])),
    ),
  lnLoss: ([e, a, b, alpha, beta], lnN, lnD) => logSumExp(e, a - alpha * lnN, b - beta * lnD),
  // N = G (C / 6)^(beta / (alpha + beta)), G = (alpha A / (beta B))^(1 / (alpha + beta)): its equation 4.
  lnOptimalSize: ([, a, b, alpha, beta], lnC) =>
    (Math.log(alpha / beta) + a - b + beta * (lnC - Math.log(6))) / (alpha + beta),
};
