/**
 * Normal variates in double precision: the ziggurat of Marsaglia & Tsang, "The ziggurat method for generating random
 * variables", J. Statist. Software 5 (2000), with 256 layers of equal area.
 *
 * Layer i is the rectangle [0, x_i) × [f(x_i), f(x_{i+1})), f(x) = exp(−x²/2); the lowest one is the strip under f(x_1)
 * together with the tail, given the width x_0 = V / f(x_1). Of 64 random bits 8 choose the layer and the upper 54, as a
 * signed number, the abscissa: disjoint bits, which avoids the correlation of Doornik's 2005 note on the 32-bit
 * version. 98.8 % of the draws cost one comparison; the tail beyond x_1 is Marsaglia's exact rejection (1964). No state
 * is kept between calls. The tables are computed once, at instantiation, by the core's own exp.
 */
import { normalCdf } from "../../special/normal";
import { nextU32, uniform53, uniformOpen } from "../streams";

const LAYERS = 256;
/** x_1, where the tail begins: the value for which the topmost layer ends at f(0) = 1. */
const TAIL: f64 = 3.6541528853610088;
/** x_0 … x_256, then f(x_0) … f(x_256). */
const EDGES: usize = memory.data(8 * (LAYERS + 1), 16);
const HEIGHTS: usize = memory.data(8 * (LAYERS + 1), 16);

function buildTables(): void {
  const tailHeight = Math.exp(-0.5 * TAIL * TAIL);
  const area = TAIL * tailHeight + 2.5066282746310005 * normalCdf(-TAIL);
  store<f64>(EDGES, area / tailHeight);
  let edge = TAIL;
  let height = tailHeight;
  for (let i = 1; i < LAYERS; i++) {
    const at = (<usize>i) << 3;
    store<f64>(EDGES + at, edge);
    store<f64>(HEIGHTS + at, height);
    height += area / edge;
    edge = Math.sqrt(-2 * Math.log(height));
  }
  store<f64>(EDGES + 8 * LAYERS, 0);
  store<f64>(HEIGHTS + 8 * LAYERS, 1);
}
buildTables();

/** The size of a normal variate beyond TAIL. */
function tail(): f64 {
  while (true) {
    const x = -Math.log(uniformOpen()) / TAIL;
    const y = -Math.log(uniformOpen());
    if (y + y > x * x) return TAIL + x;
  }
}

/** One standard normal variate, from the scalar stream. */
export function normal(): f64 {
  while (true) {
    const low = nextU32();
    const at = (<usize>(low & 255)) << 3;
    const word = ((<i64>nextU32()) << 32) | (<i64>low);
    const x = <f64>(word >> 10) * 1.1102230246251565e-16 * load<f64>(EDGES + at);
    if (abs(x) < load<f64>(EDGES + at, 8)) return x;
    if (at == 0) return copysign<f64>(tail(), x);
    const base = load<f64>(HEIGHTS + at);
    const height = base + uniform53() * (load<f64>(HEIGHTS + at, 8) - base);
    if (height < Math.exp(-0.5 * x * x)) return x;
  }
}
