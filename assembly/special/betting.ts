// A confidence sequence for a share, from labels that are looked at after every one of them.
//
// Against the share m one bets that the true share is larger, with odds that are fair if it is m. Betting as if the share were θ,
// with θ spread over (m, 1) as Beta(1/2, 1/2) is there, multiplies the wealth by
//
//     W(m) = ∫_m^1 θ^(x−1/2) (1 − θ)^(n−x−1/2) dθ / ( ∫_m^1 θ^(−1/2) (1 − θ)^(−1/2) dθ · m^x (1 − m)^(n−x) )
//
// after x successes of n, in whatever order. Is the share at most m, then W is a supermartingale, and by Ville's inequality it ever
// reaches 1/α with a chance of α at most. W falls with m, so that the lower limit is where it is 1/α.
//
// Source: Ville, Étude critique de la notion de collectif (1939); Robbins, Ann. Math. Statist. 41 (1970); Waudby-Smith and Ramdas,
// J. R. Statist. Soc. B 86 (2024), of whose bets this mixture is the one for labels of yes and no.
// Numerics: logarithms throughout; the ratio of incomplete beta functions is that of `betaCdf` from above, by symmetry.
// Price: 60 halvings, each with two incomplete beta functions.

import { betaCdf } from "./beta";
import { logGamma } from "./gamma";

const HALVINGS = 60;

/** log W(m). */
function logWealth(x: f64, n: f64, m: f64): f64 {
  const a = x + 0.5;
  const b = n - x + 0.5;
  // B(1/2, 1/2) = π
  const mixed = logGamma(a) + logGamma(b) - logGamma(n + 1) + Math.log(betaCdf(1 - m, b, a));
  const prior = Math.log(Math.PI) + Math.log(betaCdf(1 - m, 0.5, 0.5));
  return mixed - prior - x * Math.log(m) - (n - x) * Math.log1p(-m);
}

/**
 * The lower limit of a share after `successes` of `n`, at any time: the chance that it is ever above the share is `tail` at most.
 * 0 without a success.
 */
export function bettingLower(successes: f64, n: f64, tail: f64): f64 {
  if (successes <= 0) return 0;
  const enough = -Math.log(tail);
  let low: f64 = 0;
  let high = successes / n;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = 0.5 * (low + high);
    if (logWealth(successes, n, middle) >= enough) low = middle;
    else high = middle;
  }
  return low;
}
