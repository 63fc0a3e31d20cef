/**
 * Expectations under the margins u = aᵀη + βξ of a convex learner, η a signed kept row, ξ ~ N(0, 1), v = prox_{τℓ}(u):
 *
 *     E[ℓ′(v) η],   E[ℓ′(v)²],   E[ℓ″(v)/(1 + τℓ″(v))].
 *
 * One integral a region. On a region η ~ N(m, I) cut to at most two half-spaces pᵢᵀη ≥ hᵢ; there u = aᵀm + σg with
 * σ² = ‖a‖² + β² and g normal, and given g the faces' coordinates are normal with means λᵢg, λᵢ = pᵢᵀa/σ, variances
 * sᵢ² = 1 − λᵢ² and correlation r. So the mass given g is L = Φ₂(−t₁, −t₂; r), tᵢ = (hᵢ − pᵢᵀm − λᵢg)/sᵢ, and
 * by Stein's lemma, with the densities on the faces fᵢ = φ(tᵢ) Φ(−(tⱼ − r tᵢ)/√(1 − r²))/sᵢ,
 *
 *     E[η; region | g] = m L + (a/σ)(g L − λ₁f₁ − λ₂f₂) + p₁f₁ + p₂f₂.
 *
 * Integrated over v instead of u, du = (1 + τℓ″)dv, so that no node needs a root. Sixteen-point Gauss–Legendre on
 * panels at most 1.5 σ and 4 units of v wide (the poles of the logistic loss are π away), with more where a face is
 * nearly orthogonal to the margin and its indicator turns within a panel. Price: 200 to 600 evaluations of Φ₂ a region.
 */
import { bivariateNormalCdf } from "../special/bivariate";
import { normalCdf, normalPdf } from "../special/normal";
import { curvature, prox, slope, SQUARED_LOSS } from "./losses";
import { RULE, RULE_BYTES } from "./quadrature";
import { COUNT, PLANES, regionAt, SHIFT, WEIGHT } from "./regions";
import { add, dot3, get, put } from "./triples";
import { turn } from "./wedge";

/** E[ℓ′η], f64[3]; E[ℓ′²]; E[ℓ″/(1 + τℓ″)]. */
export const SLOPE_ROW: usize = memory.data(24, 16);
export let slopeSquare: f64 = 0;
export let meanCurvature: f64 = 0;

/** How far g goes, and the width of a panel; of a pass of SGD, whose steps ask for six digits. */
const REACH: f64 = 9;
const PANEL: f64 = 1.5;
const REACH_OF_PASS: f64 = 6;
const PANEL_OF_PASS: f64 = 3;
const WIDEST: f64 = 4;
const MOST_PIECES: i32 = 40;

const CUTS: usize = memory.data(512, 16);
let cuts: i32 = 0;
let reach: f64 = REACH;
let panel: f64 = PANEL;

let lossKind: i32 = 0;
let tau: f64 = 0;
let sigma: f64 = 0;
let centre: f64 = 0;
let faces: i32 = 0;
/** Of each face: λ, s, and h − pᵀm. */
let lean1: f64 = 0, rest1: f64 = 1, offset1: f64 = 0;
let lean2: f64 = 0, rest2: f64 = 1, offset2: f64 = 0;
let link: f64 = 0, unlinked: f64 = 1;
/** Integrals of ℓ′L, ℓ′gL, ℓ′f₁, ℓ′f₂. */
let sumMass: f64 = 0, sumAlong: f64 = 0, sumFace1: f64 = 0, sumFace2: f64 = 0;

function addCut(g: f64): void {
  if (!(abs(g) < reach)) return;
  let i = cuts++;
  for (; i > 0 && get(CUTS, i - 1) > g; i--) put(CUTS, i, get(CUTS, i - 1));
  put(CUTS, i, g);
}

/** Cuts about a place where the integrand turns within `width`. */
function addTurn(place: f64, width: f64): void {
  if (!(width < 1)) return;
  for (let i = -3; i <= 3; i++) addCut(place + 2.5 * <f64>i * width);
}

function placeCuts(): void {
  cuts = 0;
  for (let i = -5; i <= 5; i++) addCut(panel * <f64>i);
  if (faces > 0) addTurn(offset1 / lean1, rest1 / abs(lean1));
  if (faces < 2) return;
  addTurn(offset2 / lean2, rest2 / abs(lean2));
  // for |r| near 1 also where the two thresholds meet
  const sign: f64 = link < 0 ? -1 : 1;
  const speed = lean1 / rest1 - sign * lean2 / rest2;
  addTurn((offset1 / rest1 - sign * offset2 / rest2) / speed, unlinked / abs(speed));
}

/**
 * pᵀ(I − aaᵀ/σ²)q for two faces, by their parts along a and across, so that nothing cancels where a lies along both.
 */
function covariance(p: usize, q: usize, a: usize, beta: f64): f64 {
  const square = dot3(a, a);
  if (square == 0) return dot3(p, q);
  const alongP = dot3(p, a) / square, alongQ = dot3(q, a) / square;
  let sum = alongP * alongQ * square * (beta / sigma) * (beta / sigma);
  for (let i = 0; i < 3; i++) sum += (get(p, i) - alongP * get(a, i)) * (get(q, i) - alongQ * get(a, i));
  return sum;
}

function addRegion(region: usize, a: usize, beta: f64): void {
  const shift = get(region, SHIFT);
  const plane1 = region + <usize>(PLANES << 3), plane2 = plane1 + 32;
  faces = <i32>get(region, COUNT);
  centre = shift * get(a, 0);
  if (faces > 0) {
    lean1 = dot3(plane1, a) / sigma;
    rest1 = sqrt(covariance(plane1, plane1, a, beta));
    offset1 = get(plane1, 3) - shift * get(plane1, 0);
  }
  if (faces > 1) {
    lean2 = dot3(plane2, a) / sigma;
    rest2 = sqrt(covariance(plane2, plane2, a, beta));
    offset2 = get(plane2, 3) - shift * get(plane2, 0);
    link = max(-1.0, min(1.0, covariance(plane1, plane2, a, beta) / (rest1 * rest2)));
    unlinked = sqrt((1 - link) * (1 + link));
  }
  placeCuts();
  sumMass = sumAlong = sumFace1 = sumFace2 = 0;
  const weight = get(region, WEIGHT);
  let start = prox(lossKind, tau, centre - reach * sigma);
  for (let i = 0; i <= cuts; i++) {
    const end = prox(lossKind, tau, centre + (i < cuts ? get(CUTS, i) : reach) * sigma);
    integrate(weight, start, end);
    start = end;
  }
  const toward = (sumAlong - (faces > 0 ? lean1 * sumFace1 : 0) - (faces > 1 ? lean2 * sumFace2 : 0)) / sigma;
  for (let i = 0; i < 3; i++) {
    let value = get(a, i) * toward + (i == 0 ? shift * sumMass : 0);
    if (faces > 0) value += get(plane1, i) * sumFace1;
    if (faces > 1) value += get(plane2, i) * sumFace2;
    add(SLOPE_ROW, i, value);
  }
}

function integrate(weight: f64, start: f64, end: f64): void {
  // the squared loss has no poles
  const most = lossKind == SQUARED_LOSS ? 1 : MOST_PIECES;
  const pieces = max(1, min(most, <i32>Math.ceil((end - start) / WIDEST)));
  const half = 0.5 * (end - start) / <f64>pieces;
  for (let piece = 0; piece < pieces; piece++) {
    const middle = start + <f64>(2 * piece + 1) * half;
    for (let rule = RULE; rule < RULE + RULE_BYTES; rule += 16) {
      const offset = half * load<f64>(rule);
      const share = weight * half * load<f64>(rule, 8);
      addNode(share, middle - offset);
      addNode(share, middle + offset);
    }
  }
}

function addNode(share: f64, v: f64): void {
  const s = slope(lossKind, v);
  const c = curvature(lossKind, s);
  const g = (v + tau * s - centre) / sigma;
  const density = share * normalPdf(g) / sigma;
  let mass: f64 = 1, face1: f64 = 0, face2: f64 = 0;
  if (faces > 0) {
    const t1 = (offset1 - lean1 * g) / rest1;
    face1 = normalPdf(t1) / rest1;
    if (faces == 1) {
      mass = normalCdf(-t1);
    } else {
      const t2 = (offset2 - lean2 * g) / rest2;
      mass = bivariateNormalCdf(-t1, -t2, link);
      face1 *= normalCdf(turn(link * t1 - t2, unlinked));
      face2 = normalPdf(t2) / rest2 * normalCdf(turn(link * t2 - t1, unlinked));
    }
  }
  meanCurvature += density * c * mass;
  const weighted = density * (1 + tau * c) * s;
  slopeSquare += weighted * s * mass;
  sumMass += weighted * mass;
  sumAlong += weighted * g * mass;
  sumFace1 += weighted * face1;
  sumFace2 += weighted * face2;
}

/** Sets the three expectations at (a, β, τ) over the regions from `from` to `to`, `rows` their mass; τ = 0 is a pass of SGD. */
export function measureMargins(loss: i32, from: i32, to: i32, rows: f64, a: usize, beta: f64, penalty: f64): void {
  lossKind = loss;
  tau = penalty;
  reach = tau == 0 ? REACH_OF_PASS : REACH;
  panel = tau == 0 ? PANEL_OF_PASS : PANEL;
  sigma = sqrt(dot3(a, a) + beta * beta);
  memory.fill(SLOPE_ROW, 0, 24);
  slopeSquare = 0;
  meanCurvature = 0;
  for (let i = from; i < to; i++) addRegion(regionAt(i), a, beta);
  for (let i = 0; i < 3; i++) put(SLOPE_ROW, i, get(SLOPE_ROW, i) / rows);
  slopeSquare /= rows;
  meanCurvature /= rows;
}
