/**
 * AdaGrad (Duchi, Hazan & Singer, JMLR 12, 2011) on f32 weights: G ← G + g², w ← w − η g / (√G + 10⁻³). The same walk
 * over the weights can gather the gradient instead, G ← G + g with w left alone: what finite differences check.
 */
const DAMPING: f32 = 1e-3;

let rate: f32 = 0;
let gathers: bool = false;

/** Every `descend` from now on is a step at this learning rate. */
export function stepAt(learningRate: f64): void {
  rate = <f32>learningRate;
  gathers = false;
}

/** Every `descend` from now on adds the gradient where the squares would be. */
export function gatherGradient(): void {
  gathers = true;
}

// @ts-ignore: decorator
@inline
/** Takes the weight at `weight`, whose sum of squares is at `square`, along its gradient. */
export function descend(weight: usize, square: usize, gradient: f32): void {
  if (gathers) {
    store<f32>(square, load<f32>(square) + gradient);
    return;
  }
  const squares = load<f32>(square) + gradient * gradient;
  store<f32>(square, squares);
  store<f32>(weight, load<f32>(weight) - (rate * gradient) / (sqrt<f32>(squares) + DAMPING));
}

/** `descend` for `count` weights in a row (a multiple of four), most of whose gradients are zero; these are cleared. */
export function descendAll(weights: usize, squares: usize, gradients: usize, count: i32): void {
  const rates = f32x4.splat(rate), damping = f32x4.splat(DAMPING), zero = f32x4.splat(0);
  const end = (<usize>count) << 2;
  for (let offset: usize = 0; offset < end; offset += 16) {
    const gradient = v128.load(gradients + offset);
    if (!v128.any_true(f32x4.ne(gradient, zero))) continue;
    v128.store(gradients + offset, zero);
    const before = v128.load(squares + offset);
    if (gathers) {
      v128.store(squares + offset, f32x4.add(before, gradient));
      continue;
    }
    const after = f32x4.add(before, f32x4.mul(gradient, gradient));
    v128.store(squares + offset, after);
    const step = f32x4.div(f32x4.mul(rates, gradient), f32x4.add(f32x4.sqrt(after), damping));
    v128.store(weights + offset, f32x4.sub(v128.load(weights + offset), step));
  }
}
