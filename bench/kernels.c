// The kernels of assembly/ in C, for their speed: the same algorithm in vectors of four f32, written with the compiler's vector
// types, which keep what they hold in registers. bench/kernels.mjs builds and runs it:
//
//   kernels NAME ROUNDS REPEATS     prints, a line a repeat: processor milliseconds a round, and a check that pstar's kernel meets
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <xmmintrin.h>

typedef float f4 __attribute__((vector_size(16), aligned(16)));
typedef int32_t i4 __attribute__((vector_size(16), aligned(16)));
typedef uint32_t u4 __attribute__((vector_size(16), aligned(16)));
typedef double d2 __attribute__((vector_size(16), aligned(16)));

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static void *room(size_t bytes) {
  void *p = aligned_alloc(64, (bytes + 63) / 64 * 64);
  if (!p) exit(3);
  memset(p, 0, bytes);
  return p;
}

// ---- the inputs: as bench/kernels.mjs draws them

static uint32_t state;
static float drawn(void) {
  state = state * 1664525u + 1013904223u;
  return (float)(((state >> 8) / 16777216.0 - 0.5) * 3.4641016151377544);
}
/** Rows of `dim` numbers, padded to `padded`: of unit variance, the first of them one larger if `shift`. */
static float *rows_of(int rows, int dim, int padded, int shift) {
  float *x = room(sizeof(float) * rows * padded);
  state = 1;
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < dim; j++) x[i * padded + j] = drawn() + (float)(j == 0 ? shift : 0);
  return x;
}

// ---- normals: assembly/random/normal.ts

static f4 four(float x) { return (f4){x, x, x, x}; }
static u4 left(u4 x, int n) { return (x << n) | (x >> (32 - n)); }
static f4 root(f4 x) { return (f4)_mm_sqrt_ps((__m128)x); }

static u4 p[4], q[4];

static inline u4 next(u4 *s) {
  u4 result = left(s[0] + s[3], 7) + s[0], shifted = s[1] << 9;
  s[2] ^= s[0], s[3] ^= s[1], s[1] ^= s[2], s[0] ^= s[3], s[2] ^= shifted, s[3] = left(s[3], 11);
  return result;
}

static inline void transform(float *out, u4 radius, u4 angle) {
  const f4 u = __builtin_convertvector((i4)(radius >> 1), f4) * four(4.656612873077393e-10f) + four(2.3283064365386963e-10f);
  const i4 top = {0x3f3504f3, 0x3f3504f3, 0x3f3504f3, 0x3f3504f3}, shifted = (i4)u - top;
  const f4 f = (f4)((shifted & 0x007fffff) + top) - four(1), f2 = f * f;
  const f4 high = f2 * (f * four(0.20213767886161804f) + four(-0.3244515061378479f)) + (f * four(0.34501662850379944f) + four(-0.39800330996513367f));
  const f4 low = f2 * (f * four(0.4993981719017029f) + four(-0.6667011976242065f)) + (f * four(1.0000072717666626f) + four(-1.9999998807907104f));
  const f4 logarithm = f * (f2 * f2 * high + low);
  f4 square = logarithm - __builtin_convertvector(shifted >> 23, f4) * four(1.3862943611198906f);
  square = (f4)((i4)square & (square > four(0)));
  const f4 length = root(square);
  const f4 v = __builtin_convertvector((i4)(angle << 2), f4) * four(4.656612873077393e-10f), w = v * v;
  f4 cosine = w * four(-0.00031872812542133033f) + four(0.015849685296416283f);
  cosine = w * cosine + four(-0.308424174785614f), cosine = w * cosine + four(0.9999999403953552f);
  f4 sine = w * four(-3.595047746784985e-5f) + four(0.00249000103212893f);
  sine = w * sine + four(-0.08074543625116348f), sine = v * (w * sine + four(0.7853981852531433f));
  const i4 swap = ((i4)cosine ^ (i4)sine) & ((i4)(angle << 1) >> 31), sign = (i4)(angle & 0x80000000u);
  *(f4 *)out = length * (f4)((i4)cosine ^ swap ^ sign);
  *(f4 *)(out + 4) = length * (f4)((i4)sine ^ swap ^ (i4)(radius << 31));
}

static void fill_normals(float *out, int groups) {
  u4 a[4], b[4];
  memcpy(a, p, sizeof p), memcpy(b, q, sizeof q);
  for (int g = 0; g < groups; g++) {
    const u4 radius = next(a), angle = next(b);
    transform(out + 8 * g, radius, angle);
  }
  memcpy(p, a, sizeof p), memcpy(q, b, sizeof q);
}

// ---- Gram: assembly/linalg/gram.ts

static void widen(double *to, f4 v) {
  d2 *at = (d2 *)to;
  at[0] += (d2){v[0], v[1]}, at[1] += (d2){v[2], v[3]};
}

static void add_gram(const float *block, int panels, int rows, double *gram, int leading) {
  for (int a = 0; a < panels; a++)
    for (int b = a; b < panels; b++)
      for (int first = 0; first < 8; first += 4) {
        const float *x = block + 8 * rows * a + first, *y = block + 8 * rows * b;
        f4 c[4][2] = {{{0}}};
        for (int k = 0; k < rows; k++, x += 8, y += 8) {
          const f4 y0 = *(f4 *)y, y1 = *(f4 *)(y + 4);
          for (int i = 0; i < 4; i++) c[i][0] += four(x[i]) * y0, c[i][1] += four(x[i]) * y1;
        }
        double *g = gram + (8 * a + first) * leading + 8 * b;
        for (int i = 0; i < 4; i++) widen(g + i * leading, c[i][0]), widen(g + i * leading + 4, c[i][1]);
      }
}

// ---- one pass of SGD: assembly/learn/sgd.ts

static float sigmoid_of_minus(float m) {
  float x = fmaxf(fminf(m, 80), -80) * 1.4426950408889634f;
  const float k = nearbyintf(x);
  x -= k;
  float power = 0.00015403530393381609f;
  power = power * x + 0.0013333558146428443f, power = power * x + 0.009618129107628477f;
  power = power * x + 0.05550410866482158f, power = power * x + 0.24022650695910072f;
  power = power * x + 0.6931471805599453f, power = power * x + 1;
  const union { int32_t i; float f; } two = {((int32_t)k + 127) << 23};
  return 1 / (1 + power * two.f);
}

static float lanes(f4 v) { return (v[0] + v[1]) + (v[2] + v[3]); }

static float margin(const float *x, const float *w, int n) {
  f4 s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
  int c = 0;
  for (; c + 16 <= n; c += 16) {
    s0 += *(f4 *)(x + c) * *(f4 *)(w + c), s1 += *(f4 *)(x + c + 4) * *(f4 *)(w + c + 4);
    s2 += *(f4 *)(x + c + 8) * *(f4 *)(w + c + 8), s3 += *(f4 *)(x + c + 12) * *(f4 *)(w + c + 12);
  }
  if (c < n) s0 += *(f4 *)(x + c) * *(f4 *)(w + c), s1 += *(f4 *)(x + c + 4) * *(f4 *)(w + c + 4);
  return lanes((s0 + s1) + (s2 + s3));
}

static void sgd(const float *x, int n, int rows, float *w, double rate, double lambda) {
  const f4 decay = four((float)(1 - rate * lambda));
  for (int k = 0; k < rows; k++, x += n) {
    const f4 step = four((float)rate * sigmoid_of_minus(margin(x, w, n)));
    for (int c = 0; c < n; c += 4) *(f4 *)(w + c) = *(f4 *)(w + c) * decay + step * *(f4 *)(x + c);
  }
}

// ---- passes over the rows without a matrix, and conjugate gradients: assembly/linalg/rows.ts and conjugateGradients.ts

static void project4(const float *x, int n, const float *v, float *out) {
  f4 s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
  for (int c = 0; c < n; c += 4) {
    const f4 w = *(f4 *)(v + c);
    s0 += w * *(f4 *)(x + c), s1 += w * *(f4 *)(x + n + c), s2 += w * *(f4 *)(x + 2 * n + c), s3 += w * *(f4 *)(x + 3 * n + c);
  }
  *(f4 *)out = (f4){lanes(s0), lanes(s1), lanes(s2), lanes(s3)};
}
static void add4(const float *x, int n, const float *factors, float *sums) {
  const f4 f0 = four(factors[0]), f1 = four(factors[1]), f2 = four(factors[2]), f3 = four(factors[3]);
  for (int c = 0; c < n; c += 4)
    *(f4 *)(sums + c) += (f0 * *(f4 *)(x + c) + f1 * *(f4 *)(x + n + c)) + (f2 * *(f4 *)(x + 2 * n + c) + f3 * *(f4 *)(x + 3 * n + c));
}
static void combine(const float *x, int n, int rows, const float *v, const float *factors, const float *weights, float *sums, double *out) {
  float dots[4] __attribute__((aligned(16)));
  memset(out, 0, sizeof(double) * n);
  for (int first = 0; first < rows; first += 64) {
    const int count = rows - first < 64 ? rows - first : 64;
    memset(sums, 0, sizeof(float) * n);
    for (int k = 0; k < count; k += 4, x += 4 * n) {
      if (v) {
        project4(x, n, v, dots);
        if (weights) *(f4 *)dots *= *(f4 *)(weights + first + k);
      }
      add4(x, n, v ? dots : factors + first + k, sums);
    }
    for (int c = 0; c < n; c += 4) widen(out + c, *(f4 *)(sums + c));
  }
}
static double dot(const double *x, const double *y, int n) {
  d2 sum = {0};
  for (int c = 0; c < n; c += 2) sum += *(d2 *)(x + c) * *(d2 *)(y + c);
  return sum[0] + sum[1];
}
static int solve(const float *x, int n, int rows, const float *weights, double divisor, double lambda, const double *b, double *s, double tolerance, int most, double *scratch) {
  double *r = scratch, *direction = r + n, *product = direction + n;
  float *narrow = (float *)(product + n), *sums = narrow + n;
  memset(s, 0, sizeof(double) * n);
  memcpy(r, b, sizeof(double) * n), memcpy(direction, b, sizeof(double) * n);
  const double start = dot(b, b, n);
  double square = start;
  int steps = 0;
  for (; square > tolerance * tolerance * start && steps < most; steps++) {
    for (int i = 0; i < n; i++) narrow[i] = (float)direction[i];
    combine(x, n, rows, narrow, 0, weights, sums, product);
    for (int i = 0; i < n; i++) product[i] = product[i] * (1 / divisor) + lambda * direction[i];
    const double curvature = dot(direction, product, n);
    if (!(curvature > 0)) break;
    const double step = square / curvature;
    for (int i = 0; i < n; i++) s[i] += step * direction[i], r[i] -= step * product[i];
    const double then = dot(r, r, n), share = then / square;
    for (int i = 0; i < n; i++) direction[i] = r[i] + share * direction[i];
    square = then;
  }
  return steps;
}

// ---- logistic regression by truncated Newton steps: assembly/learn/logistic.ts

static int logistic(const float *x, int n, int count, double lambda, double *w, double *scratch) {
  double *gradient = scratch, *step = gradient + n, *trial = step + n, *inner = trial + n;
  float *narrow = (float *)(inner + 5 * n), *sums = narrow + n, *margins = sums + n, *factors = margins + count;
  double loss = log(2), first = 0;
  int passes = 0;
  memset(w, 0, sizeof(double) * n), memset(margins, 0, sizeof(float) * count);
  for (int iteration = 0; iteration <= 60; iteration++) {
    for (int i = 0; i < count; i++) factors[i] = (float)(-1 / (1 + exp((double)margins[i])));
    combine(x, n, count, 0, factors, 0, sums, gradient);
    for (int i = 0; i < n; i++) gradient[i] = gradient[i] * (1.0 / count) + lambda * w[i];
    const double norm = sqrt(dot(gradient, gradient, n));
    if (iteration == 0) first = norm;
    if (norm / first <= 1e-5) return passes;
    for (int i = 0; i < count; i++) {
      const double s = 1 / (1 + exp((double)margins[i]));
      factors[i] = (float)(s * (1 - s));
    }
    passes += solve(x, n, count, factors, count, lambda, gradient, step, fmin(0.5, sqrt(norm / first)), 500, inner) + 1;
    const double slope = dot(gradient, step, n);
    double size = 1, then;
    for (int halving = 0;; halving++) {
      for (int i = 0; i < n; i++) trial[i] = w[i] - size * step[i], narrow[i] = (float)trial[i];
      for (int i = 0; i < count; i += 4) project4(x + i * n, n, narrow, margins + i);
      double sum = 0;
      for (int i = 0; i < count; i++) {
        const double m = margins[i], tail = log1p(exp(-fabs(m)));
        sum += m > 0 ? tail : tail - m;
      }
      then = 0.5 * lambda * dot(trial, trial, n) + sum / count;
      if (then <= loss - 1e-4 * size * slope + 1e-6 * loss) break;
      if (halving == 40) return -1;
      size /= 2;
    }
    memcpy(w, trial, sizeof(double) * n);
    loss = then;
  }
  return -1;
}

// ---- the k-th largest: assembly/verify/kthLargest.ts

static float kth_largest(float *x, int n, int k) {
  int low = 0, high = n - 1, target = k - 1;
  while (low < high) {
    const float a = x[low], b = x[low + ((high - low) >> 1)], c = x[high];
    const float pivot = fmaxf(fminf(a, b), fminf(fmaxf(a, b), c));
    int i = low, j = high;
    while (i <= j) {
      while (x[i] > pivot) i++;
      while (x[j] < pivot) j--;
      if (i <= j) {
        const float t = x[i];
        x[i++] = x[j], x[j--] = t;
      }
    }
    if (target <= j) high = j;
    else if (target >= i) low = i;
    else break;
  }
  return x[target];
}

// ---- what is timed: the sizes are those of bench/kernels.mjs

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  const char *name = argv[1];
  const int rounds = atoi(argv[2]), repeats = atoi(argv[3]);
  for (int repeat = 0; repeat < repeats; repeat++) {
    double check = 0, start;
#define TIMED for (int round = (start = seconds(), 0); round < rounds; round++)
    if (!strcmp(name, "normals")) {
      float *out = room(4 * 32768);
      for (int i = 0; i < 4; i++) for (int j = 0; j < 4; j++) p[i][j] = 4 * i + j + 1, q[i][j] = 4 * i + j + 101;
      TIMED fill_normals(out, 4096);
      start = seconds() - start;
      for (int i = 0; i < 32768; i++) check += out[i] * out[i] / 32768.0;
      free(out);
    } else if (!strcmp(name, "gram")) {
      float *x = rows_of(25 * 256, 8, 8, 0);
      double *gram = room(8 * 200 * 200);
      TIMED add_gram(x, 25, 256, gram, 200);
      start = seconds() - start;
      check = gram[0] / rounds, free(x), free(gram);
    } else if (!strcmp(name, "sgd")) {
      float *x = rows_of(4096, 100, 104, 1), *w = room(4 * 104);
      TIMED { memset(w, 0, 4 * 104); sgd(x, 104, 4096, w, 0.01, 0.001); }
      start = seconds() - start;
      check = w[0], free(x), free(w);
    } else if (!strcmp(name, "passes")) {
      float *x = rows_of(1600, 200, 200, 1);
      double *b = room(8 * 200), *s = room(8 * 200), *scratch = room(8 * 200 * 6);
      for (int i = 0; i < 200; i++) b[i] = i + 1;
      TIMED solve(x, 200, 1600, 0, 1600, 0.01, b, s, 0, 20, scratch);
      start = seconds() - start;
      check = s[0], free(x), free(b), free(s), free(scratch);
    } else if (!strcmp(name, "logistic")) {
      float *x = rows_of(2000, 100, 104, 1);
      double *w = room(8 * 104), *scratch = room(8 * 104 * 12 + 8 * 2000);
      TIMED logistic(x, 104, 2000, 0.001, w, scratch);
      start = seconds() - start;
      check = w[0], free(x), free(w), free(scratch);
    } else if (!strcmp(name, "top")) {
      float *x = rows_of(100000, 1, 1, 0), *copy = room(4 * 100000);
      TIMED { memcpy(copy, x, 4 * 100000); check = kth_largest(copy, 100000, 10000); }
      start = seconds() - start;
      free(x), free(copy);
    } else return 2;
    printf("%.9g %.9g\n", start * 1e3 / rounds, check);
  }
  return 0;
}
