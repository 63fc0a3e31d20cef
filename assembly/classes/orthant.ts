/**
 * How often a linear rule of K scores is right. Of a row of class c the scores are N(m, V), and the answer is the largest; so
 * with D_j = s_c − s_j the share of right answers is the orthant probability P(D > 0) in K − 1 dimensions, by separation of
 * variables (Genz, J. Comput. Graph. Stat. 1, 1992; the hardest conditions first): with D = mean + L y, L lower triangular,
 *
 *     P = E Π_i Φ(t_i),   t_i = (mean_i + Σ_{l<i} L_il y_l)/L_ii,   y_i = −Φ⁻¹(u_i Φ(t_i)),   u uniform in the unit cube,
 *
 * on the points of a Kronecker sequence of √primes with a shift, folded (Richtmyer; Genz and Bretz 2009, section 4.2): exact for K = 2;
 * with a random shift unbiased. What two classes tie at, in a rule without any spread, goes to the first of them.
 */
import { at } from "../linalg/lanes";
import { normalCdf, normalQuantile } from "../special/normal";
import { classes, entry, meansPtr, points, priorPtr, put, span } from "./problem";

/** Least part of a variance that the conditions before leave of it and that is not rounding. */
const ROUNDING: f64 = 1e-13;
/** Where the sequence is read: u = 0 would be a value without a bound. */
const LEAST: f64 = 1.1102230246251565e-16;

/** Bytes of scratch of `rightAnswers`: covariance, factor, means, order, normals, steps of the sequence and its shift. */
export function orthantBytes(k: i32): f64 {
  return 8 * (2 * <f64>k * <f64>k + 7 * <f64>k);
}

/** Square roots of the first `count` primes. */
function fillSteps(ptr: usize, count: i32): void {
  let found = 0;
  for (let n = 2; found < count; n++) {
    let isPrime = true;
    for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor == 0) isPrime = false;
    if (isPrime) store<f64>(at<f64>(ptr, found++), Math.sqrt(<f64>n));
  }
}

/**
 * Shares of right answers by class at `outPtr` (f64[K]), and their mean by the weights of the classes, which is returned.
 *
 * @param weightsPtr f64[K × width], of which the first `span` columns meet the means
 * @param biasPtr f64[K]
 * @param gramPtr f64[K × K]: V, the inner products of the weights
 * @param shiftPtr f64[K]: the shift of the sequence, in [0, 1)
 */
export function rightAnswers(
  weightsPtr: usize, width: i32, biasPtr: usize, gramPtr: usize, shiftPtr: usize, scratchPtr: usize, outPtr: usize,
): f64 {
  const k = classes;
  const stepsPtr = scratchPtr;
  const scoresPtr = at<f64>(stepsPtr, k);
  const work = at<f64>(scoresPtr, k);
  fillSteps(stepsPtr, k);
  let accuracy: f64 = 0;
  for (let c = 0; c < k; c++) {
    for (let j = 0; j < k; j++) {
      let score = load<f64>(at<f64>(biasPtr, j));
      for (let i = 0; i < span; i++) score += entry(weightsPtr, width, j, i) * entry(meansPtr, span, c, i);
      store<f64>(at<f64>(scoresPtr, j), score);
    }
    const share = largest(c, scoresPtr, gramPtr, stepsPtr, shiftPtr, work);
    store<f64>(at<f64>(outPtr, c), share);
    accuracy += load<f64>(at<f64>(priorPtr, c)) * share;
  }
  return accuracy;
}

/** P(s_c > s_j for all j ≠ c). */
function largest(c: i32, scoresPtr: usize, gramPtr: usize, stepsPtr: usize, shiftPtr: usize, work: usize): f64 {
  const k = classes, n = k - 1;
  const covariance = work;
  const factor = at<f64>(covariance, k * k);
  const means = at<f64>(factor, k * k);
  const order = at<f64>(means, k);
  const normals = at<f64>(order, k);
  const own = load<f64>(at<f64>(scoresPtr, c));
  // the hardest conditions first, by mean over standard deviation
  for (let j = 0, i = 0; j < k; j++) {
    if (j == c) continue;
    store<f64>(at<f64>(order, i++), <f64>j);
  }
  for (let i = 1; i < n; i++) {
    const j = load<f64>(at<f64>(order, i));
    const key = ratio(<i32>j, c, own, scoresPtr, gramPtr);
    let place = i;
    for (; place > 0; place--) {
      const before = load<f64>(at<f64>(order, place - 1));
      if (!(ratio(<i32>before, c, own, scoresPtr, gramPtr) > key)) break;
      store<f64>(at<f64>(order, place), before);
    }
    store<f64>(at<f64>(order, place), j);
  }
  const cc = entry(gramPtr, k, c, c);
  for (let i = 0; i < n; i++) {
    const a = <i32>load<f64>(at<f64>(order, i));
    store<f64>(at<f64>(means, i), own - load<f64>(at<f64>(scoresPtr, a)));
    for (let l = 0; l <= i; l++) {
      const b = <i32>load<f64>(at<f64>(order, l));
      put(covariance, k, i, l, cc - entry(gramPtr, k, c, a) - entry(gramPtr, k, c, b) + entry(gramPtr, k, a, b));
    }
  }
  // lower factor; a condition that those before decide has a zero on the diagonal
  for (let i = 0; i < n; i++) {
    for (let l = 0; l <= i; l++) {
      let sum = entry(covariance, k, i, l);
      for (let h = 0; h < l; h++) sum -= entry(factor, k, i, h) * entry(factor, k, l, h);
      if (l < i) {
        const pivot = entry(factor, k, l, l);
        put(factor, k, i, l, pivot > 0 ? sum / pivot : 0);
      } else {
        put(factor, k, i, i, sum > ROUNDING * (cc + entry(covariance, k, i, i)) ? Math.sqrt(sum) : 0);
      }
    }
  }
  let total: f64 = 0;
  const count = n > 1 ? points : 1;
  for (let point = 1; point <= count; point++) {
    let product: f64 = 1;
    for (let i = 0; i < n; i++) {
      let sum = load<f64>(at<f64>(means, i));
      for (let l = 0; l < i; l++) sum += entry(factor, k, i, l) * load<f64>(at<f64>(normals, l));
      const pivot = entry(factor, k, i, i);
      if (pivot == 0) {
        if (sum < 0 || (sum == 0 && <i32>load<f64>(at<f64>(order, i)) < c)) product = 0;
        store<f64>(at<f64>(normals, i), 0);
        if (product == 0) break;
        continue;
      }
      const share = normalCdf(sum / pivot);
      product *= share;
      if (product == 0) break;
      if (i == n - 1) continue;
      const place = <f64>point * load<f64>(at<f64>(stepsPtr, i)) + load<f64>(at<f64>(shiftPtr, i));
      const u = Math.abs(2 * (place - Math.floor(place)) - 1);
      store<f64>(at<f64>(normals, i), -normalQuantile(max(LEAST, u * share)));
    }
    total += product;
  }
  return total / <f64>count;
}

/** The mean of D_j over its standard deviation. */
function ratio(j: i32, c: i32, own: f64, scoresPtr: usize, gramPtr: usize): f64 {
  const k = classes;
  const square = entry(gramPtr, k, c, c) - 2 * entry(gramPtr, k, c, j) + entry(gramPtr, k, j, j);
  return (own - load<f64>(at<f64>(scoresPtr, j))) / Math.sqrt(max(square, 1e-300));
}
