import { logSumExp, type SizeLaw } from "./size-law.js";

/** L = ((N_c / N)^(alpha_N / alpha_D) + D_c / D)^alpha_D, fitted by ln N_c and ln D_c (Kaplan et al. 2020, equation 1.5). */
export const kaplan: SizeLaw = {
  name: "kaplan",
  about: "L = ((Nc / N)^(alphaN / alphaD) + Dc / D)^alphaD",
  source: "Kaplan et al. 2020, arXiv:2001.08361, equation 1.5",
  coefficients: ["Nc", "Dc", "alphaN", "alphaD"],
  ofParameters: ([lnNc, lnDc, alphaN, alphaD]) => [Math.exp(lnNc), Math.exp(lnDc), alphaN, alphaD],
  lower: [-20, -20, 0.001, 0.001],
  upper: [200, 200, 3, 3],
  starts: () => [10, 20, 32].flatMap((ln) => [0.05, 0.1, 0.3].map((power) => [ln, ln, power, power])),
  lnLoss: ([lnNc, lnDc, alphaN, alphaD], lnN, lnD) => alphaD * logSumExp((alphaN / alphaD) * (lnNc - lnN), lnDc - lnD),
  // With r = alphaN / alphaD the derivative of (Nc / N)^r + 6 Dc N / C by N is 0 at N^(1 + r) = r Nc^r C / (6 Dc).
  lnOptimalSize: ([lnNc, lnDc, alphaN, alphaD], lnC) => {
    const r = alphaN / alphaD;
    return (Math.log(r) + r * lnNc + lnC - Math.log(6) - lnDc) / (1 + r);
  },
};
