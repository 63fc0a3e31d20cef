import type { Experiment } from "./experiment.js";

/** A point of the unit sphere, or a vector: x to the right, y up, z towards the reader. */
export type Vector = readonly [x: number, y: number, z: number];

/** Where the three directions point, and the angles between them in degrees. */
export interface Directions {
  truth: Vector;
  generator: Vector;
  verifier: Vector;
}
export type Name = keyof Directions;
export const names: readonly Name[] = ["truth", "generator", "verifier"];

export interface Angles {
  generator: number;
  verifier: number;
  /** Null: independent directions, cos θ = cos θ_gen · cos θ_prune. */
  between: number | null;
}

const RADIANS = Math.PI / 180;

export function anglesOf({ settings }: Experiment): Angles {
  return {
    generator: settings["generator.angle"] as number,
    verifier: settings["verifier.angle"] as number,
    between: settings["verifier.angleToGenerator"] as number | null,
  };
}

/** The experiment at other angles; the one between is kept to what the other two allow. */
export function withAngles(experiment: Experiment, angles: Angles): Experiment {
  const generator = tidy(angles.generator);
  const verifier = tidy(angles.verifier);
  const [low, high] = rangeBetween(generator, verifier);
  const between = angles.between === null ? null : tidy(Math.min(high, Math.max(low, angles.between)));
  const settings = {
    ...experiment.settings,
    "generator.angle": generator,
    "verifier.angle": verifier,
    "verifier.angleToGenerator": between,
  };
  return { ...experiment, settings };
}

/** What two angles to the truth leave for the angle between, in degrees. */
function rangeBetween(generator: number, verifier: number): [low: number, high: number] {
  return [Math.abs(generator - verifier), Math.min(generator + verifier, 360 - generator - verifier)];
}

/** The directions at some angles: the truth upwards, the generator to one side, the verifier where the angles put it. */
export function directionsAt({ generator, verifier, between }: Angles): Directions {
  const [g, v] = [generator * RADIANS, verifier * RADIANS];
  const cosine = between === null ? Math.cos(g) * Math.cos(v) : Math.cos(between * RADIANS);
  const room = Math.sin(g) * Math.sin(v);
  const turn = room < 1e-9 ? Math.PI / 2 : Math.acos(clamp((cosine - Math.cos(g) * Math.cos(v)) / room, -1, 1));
  // Both to the front: the generator to the left, the verifier to the right of the middle.
  const [left, right] = [-turn / 2, turn / 2];
  return { truth: [0, 1, 0], generator: tilted(g, left), verifier: tilted(v, right) };
}

function tilted(angle: number, turn: number): Vector {
  return [Math.sin(angle) * Math.sin(turn), Math.cos(angle), Math.sin(angle) * Math.cos(turn)];
}

/** The angles between directions, to a tenth of a degree. */
export function anglesBetween({ truth, generator, verifier }: Directions): Angles & { between: number } {
  return {
    generator: tidy(angle(truth, generator)),
    verifier: tidy(angle(truth, verifier)),
    between: tidy(angle(generator, verifier)),
  };
}

export function angle(a: Vector, b: Vector): number {
  return Math.acos(clamp(dot(a, b), -1, 1)) / RADIANS;
}

/** A vector turned about an axis of the page: to the right, and upwards, in degrees. */
export function turned([x, y, z]: Vector, right: number, up: number): Vector {
  const [a, b] = [right * RADIANS, -up * RADIANS];
  const [x1, z1] = [x * Math.cos(a) + z * Math.sin(a), z * Math.cos(a) - x * Math.sin(a)];
  return [x1, y * Math.cos(b) - z1 * Math.sin(b), y * Math.sin(b) + z1 * Math.cos(b)];
}

/** A direction moved on the sphere: away from the truth (or towards it), and around it, in degrees. */
export function moved(direction: Vector, truth: Vector, away: number, around: number): Vector {
  const theta = angle(truth, direction);
  const side = unit(sub(direction, scaled(truth, dot(direction, truth)))) ?? perpendicular(truth);
  const other = cross(truth, side);
  const goal = clamp(theta + away, 0, 180) * RADIANS;
  const phi = around * RADIANS;
  const along = add(scaled(side, Math.cos(phi)), scaled(other, Math.sin(phi)));
  return add(scaled(truth, Math.cos(goal)), scaled(along, Math.sin(goal)));
}

/** The point of the sphere over a point of the page; outside the disc, the nearest on its rim. */
export function liftedTo(x: number, y: number, front: boolean): Vector {
  const length = Math.hypot(x, y);
  if (length >= 1) return [x / length, y / length, 0];
  const depth = Math.sqrt(1 - length * length);
  return [x, y, front ? depth : -depth];
}

/** Points along the great circle from one direction to another. */
export function arc(a: Vector, b: Vector, steps = 24): Vector[] {
  const whole = angle(a, b) * RADIANS;
  if (whole < 1e-6) return [a, b];
  const side = unit(sub(b, scaled(a, dot(a, b)))) ?? perpendicular(a);
  return Array.from({ length: steps + 1 }, (_, i) => {
    const at = (whole * i) / steps;
    return add(scaled(a, Math.cos(at)), scaled(side, Math.sin(at)));
  });
}

/** The great circle at right angles to a direction: on it, a rule knows nothing of the truth. */
export function equatorOf(pole: Vector, steps = 96): Vector[] {
  const side = perpendicular(pole);
  const other = cross(pole, side);
  return Array.from({ length: steps + 1 }, (_, i) => {
    const at = (2 * Math.PI * i) / steps;
    return add(scaled(side, Math.cos(at)), scaled(other, Math.sin(at)));
  });
}

/** Pieces of {@link wronglyKept} in either direction. */
const PIECES = 16;

/**
 * Where a row is kept with a wrong label: generator and verifier have it on one side and the truth on the other. It is what lies
 * between the circles of truth and generator (as wide as the angle between them), cut by the verifier's; the antipodes of these
 * places are such places too.
 *
 * @returns Quadrilaterals that cover one of the two regions.
 */
export function wronglyKept({ truth, generator, verifier }: Directions): Vector[][] {
  const width = angle(truth, generator) * RADIANS;
  if (width < 1e-6) return [];
  // The circles of truth and generator meet on an axis; around it, a meridian is named by its angle from the truth.
  const beside = unit(sub(generator, scaled(truth, dot(truth, generator)))) ?? perpendicular(truth);
  const axis = cross(truth, beside);
  const meridian = (step: number) => {
    // The outermost lie a hair within: on the circles themselves a verifier that is one of the two has no side.
    const turn = Math.PI / 2 + width * clamp(step / PIECES, 1e-7, 1 - 1e-7);
    const middle = add(scaled(truth, Math.cos(turn)), scaled(beside, Math.sin(turn)));
    // Along it the verifier has on its side what is less than a quarter turn from here.
    const best = Math.atan2(dot(verifier, axis), dot(verifier, middle));
    const [low, high] = [Math.max(-Math.PI / 2, best - Math.PI / 2), Math.min(Math.PI / 2, best + Math.PI / 2)];
    return Array.from({ length: PIECES + 1 }, (_, i) => {
      const height = low + ((high - low) * i) / PIECES;
      return add(scaled(axis, Math.sin(height)), scaled(middle, Math.cos(height)));
    });
  };
  const meridians = Array.from({ length: PIECES + 1 }, (_, step) => meridian(step));
  return meridians.slice(1).flatMap((right, i) => {
    const left = meridians[i] as Vector[];
    return right.slice(1).map((_, k) => [left[k], right[k], right[k + 1], left[k + 1]] as Vector[]);
  });
}

function perpendicular(a: Vector): Vector {
  const helper: Vector = Math.abs(a[2]) < 0.9 ? [0, 0, 1] : [1, 0, 0];
  return unit(cross(a, helper)) ?? [1, 0, 0];
}

function unit(a: Vector): Vector | undefined {
  const length = Math.hypot(...a);
  return length < 1e-9 ? undefined : scaled(a, 1 / length);
}

function cross([a, b, c]: Vector, [x, y, z]: Vector): Vector {
  return [b * z - c * y, c * x - a * z, a * y - b * x];
}

function dot([a, b, c]: Vector, [x, y, z]: Vector): number {
  return a * x + b * y + c * z;
}

function add([a, b, c]: Vector, [x, y, z]: Vector): Vector {
  return [a + x, b + y, c + z];
}

function sub(a: Vector, b: Vector): Vector {
  return add(a, scaled(b, -1));
}

function scaled([a, b, c]: Vector, by: number): Vector {
  return [a * by, b * by, c * by];
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function tidy(degrees: number): number {
  return Number(degrees.toFixed(1));
}
