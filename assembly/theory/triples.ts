/**
 * Vectors of three f64, the coordinates along u, b₁, b₂ in which labels and verdicts live, 3 × 3 matrices (row-major),
 * and the solution of the small systems that the theory leads to.
 */

// @ts-ignore: decorator
@inline
export function get(ptr: usize, index: i32): f64 {
  return load<f64>(ptr + ((<usize>index) << 3));
}

// @ts-ignore: decorator
@inline
export function put(ptr: usize, index: i32, value: f64): void {
  store<f64>(ptr + ((<usize>index) << 3), value);
}

// @ts-ignore: decorator
@inline
export function add(ptr: usize, index: i32, value: f64): void {
  put(ptr, index, get(ptr, index) + value);
}

// @ts-ignore: decorator
@inline
/** aᵀb. */
export function dot3(a: usize, b: usize): f64 {
  return load<f64>(a) * load<f64>(b) + load<f64>(a, 8) * load<f64>(b, 8) + load<f64>(a, 16) * load<f64>(b, 16);
}

/** out = A x. */
export function apply3(a: usize, x: usize, out: usize): void {
  for (let i = 0; i < 3; i++) put(out, i, dot3(a + <usize>(24 * i), x));
}

/** xᵀA x. */
export function form3(a: usize, x: usize): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < 3; i++) sum += get(x, i) * dot3(a + <usize>(24 * i), x);
  return sum;
}

/**
 * x ← A⁻¹x for an n × n matrix, row-major, which is overwritten: elimination with partial pivoting. False if A is
 * singular.
 */
export function solve(a: usize, n: i32, x: usize): bool {
  for (let c = 0; c < n; c++) {
    let pivot = c;
    for (let i = c + 1; i < n; i++) if (abs(get(a, i * n + c)) > abs(get(a, pivot * n + c))) pivot = i;
    const head = get(a, pivot * n + c);
    if (!(abs(head) > 0)) return false;
    if (pivot != c) {
      for (let j = c; j < n; j++) swap(a, c * n + j, pivot * n + j);
      swap(x, c, pivot);
    }
    for (let i = c + 1; i < n; i++) {
      const factor = get(a, i * n + c) / head;
      if (factor == 0) continue;
      for (let j = c + 1; j < n; j++) add(a, i * n + j, -factor * get(a, c * n + j));
      add(x, i, -factor * get(x, c));
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = get(x, i);
    for (let j = i + 1; j < n; j++) sum -= get(a, i * n + j) * get(x, j);
    put(x, i, sum / get(a, i * n + i));
  }
  return true;
}

function swap(ptr: usize, i: i32, j: i32): void {
  const kept = get(ptr, i);
  put(ptr, i, get(ptr, j));
  put(ptr, j, kept);
}
