// The transformer of assembly/transformer in C, for its speed: the same shape, weights, examples and steps, in plain loops and
// products in tiles of four rows and eight columns, as gcc -O3 -msse4.2 makes them. bench/eigen.mjs builds and runs it:
//
//   eigen_transformer FILE STEPS REPEATS   FILE as bench/eigen.mjs writes it; prints milliseconds and nats a token, a line a repeat
//   eigen_transformer FILE products        prints GFLOP/s of the products of a step, a line a shape
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef float Vector __attribute__((vector_size(16), aligned(4)));
enum { LANES = 4, ROWS = 4, COLUMNS = 2 * LANES, BLOCK = 64, MOST_POSITIONS = 64 };
enum { STEPS_OF_PLAN = 6000, WARM_UP = 200 };
static const double RATE = 0.006;

typedef struct {
  int32_t width, heads, layers, inputs, parts, input_tokens, outputs, output_tokens, batch, examples, weights, order;
} Shape;
static Shape s;
static int columns, positions, hidden, prefix, rows, answer_rows, layer_size;
static float *weights, *start, *gradient, *first_moment, *second_moment, *turned;
static int32_t *order;
static uint8_t *inputs, *answers;

// activations of each layer, then of the end, then gradients
static float *stream[9], *norm1[8], *query[8], *key_value[8], *attended[8], *middle[8], *norm2[8], *expanded[8],
    *attention[8], *scale1[8], *scale2[8];
static float *last_norm, *last_scale, *logits, *d_stream, *d_norm, *d_query, *d_key_value, *d_expanded;

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static float *numbers(size_t count) {
  void *p;
  if (posix_memalign(&p, 64, count * sizeof(float) + 64)) exit(9);
  return memset(p, 0, count * sizeof(float));
}

// places of the weights within a layer and behind the layers, as in assembly/transformer/shape.ts
static int at_positions(void) { return s.width * s.input_tokens; }
static int at_outputs(void) { return at_positions() + s.width * positions; }
static int at_layer(int l) { return at_outputs() + s.width * (s.output_tokens + 1) + l * layer_size; }
static int at_last(void) { return at_layer(s.layers); }
static int at_output(void) { return at_last() + 2 * s.width; }
static int at_query(void) { return 2 * s.width; }
static int at_key_value(void) { return at_query() + s.width * s.width + s.width; }
static int at_mix(void) { return at_key_value() + 2 * s.width * s.width + 2 * s.width; }
static int at_norm2(void) { return at_mix() + s.width * s.width + s.width; }
static int at_expand(void) { return at_norm2() + 2 * s.width; }
static int at_contract(void) { return at_expand() + s.width * hidden + hidden; }

// C (+)= A·W + b, with W[inner][n]
static void multiply(int m, int n, int inner, const float *a, const float *w, const float *bias, float *c, int add) {
  for (int j = 0; j < n; j += COLUMNS) {
    Vector b0 = {0}, b1 = {0};
    if (bias) b0 = *(const Vector *)(bias + j), b1 = *(const Vector *)(bias + j + LANES);
    int i = 0;
    for (; i + ROWS <= m; i += ROWS) {
      Vector left[ROWS], right[ROWS];
#pragma GCC unroll 4
      for (int r = 0; r < ROWS; r++) left[r] = b0, right[r] = b1;
      const float *ai = a + (size_t)i * inner;
      for (int k = 0; k < inner; k++) {
        const Vector w0 = *(const Vector *)(w + (size_t)k * n + j), w1 = *(const Vector *)(w + (size_t)k * n + j + LANES);
#pragma GCC unroll 4
        for (int r = 0; r < ROWS; r++) left[r] += w0 * ai[r * inner + k], right[r] += w1 * ai[r * inner + k];
      }
#pragma GCC unroll 4
      for (int r = 0; r < ROWS; r++) {
        Vector *out = (Vector *)(c + (size_t)(i + r) * n + j);
        if (add) left[r] += out[0], right[r] += out[1];
        out[0] = left[r], out[1] = right[r];
      }
    }
    for (; i < m; i++) {
      Vector left = b0, right = b1;
      for (int k = 0; k < inner; k++) {
        left += *(const Vector *)(w + (size_t)k * n + j) * a[(size_t)i * inner + k];
        right += *(const Vector *)(w + (size_t)k * n + j + LANES) * a[(size_t)i * inner + k];
      }
      Vector *out = (Vector *)(c + (size_t)i * n + j);
      if (add) left += out[0], right += out[1];
      out[0] = left, out[1] = right;
    }
  }
}

// C[inner][n] += Aᵀ·Y, and the column sums of Y to the bias behind C
static void multiply_transposed(int m, int n, int inner, const float *a, const float *y, float *c) {
  for (int first = 0; first < m; first += BLOCK) {
    const int end = first + BLOCK < m ? first + BLOCK : m;
    for (int k = 0; k < inner; k += ROWS)
      for (int j = 0; j < n; j += COLUMNS) {
        Vector left[ROWS] = {0}, right[ROWS] = {0};
        for (int i = first; i < end; i++) {
          const Vector y0 = *(const Vector *)(y + (size_t)i * n + j), y1 = *(const Vector *)(y + (size_t)i * n + j + LANES);
          const float *ai = a + (size_t)i * inner + k;
#pragma GCC unroll 4
          for (int r = 0; r < ROWS; r++) left[r] += y0 * ai[r], right[r] += y1 * ai[r];
        }
#pragma GCC unroll 4
        for (int r = 0; r < ROWS; r++) {
          Vector *out = (Vector *)(c + (size_t)(k + r) * n + j);
          out[0] += left[r], out[1] += right[r];
        }
      }
  }
  float *bias = c + (size_t)inner * n;
  for (int i = 0; i < m; i++)
    for (int j = 0; j < n; j++) bias[j] += y[(size_t)i * n + j];
}

static void turn(int at, int inner, int n) {
  for (int k = 0; k < inner; k++)
    for (int j = 0; j < n; j++) turned[at + (size_t)j * inner + k] = weights[at + (size_t)k * n + j];
}

static void normalize(int m, const float *x, const float *gain, float *y, float *scale) {
  const int d = s.width;
  const float *bias = gain + d;
  for (int i = 0; i < m; i++, x += d, y += d) {
    float mean = 0, square = 0;
    for (int j = 0; j < d; j++) mean += x[j];
    mean /= d;
    for (int j = 0; j < d; j++) square += (x[j] - mean) * (x[j] - mean);
    scale[i] = 1 / sqrtf(square / d + 1e-5f);
    for (int j = 0; j < d; j++) y[j] = (x[j] - mean) * scale[i] * gain[j] + bias[j];
  }
}

static void normalize_gradient(int m, const float *x, const float *gain, const float *scale, const float *dy, float *dx,
                               float *d_gain) {
  const int d = s.width;
  for (int i = 0; i < m; i++, x += d, dy += d, dx += d) {
    float mean = 0, sum = 0, product = 0, hat[256];
    for (int j = 0; j < d; j++) mean += x[j];
    mean /= d;
    for (int j = 0; j < d; j++) {
      hat[j] = (x[j] - mean) * scale[i];
      sum += dy[j] * gain[j], product += dy[j] * gain[j] * hat[j];
      d_gain[j] += dy[j] * hat[j], d_gain[d + j] += dy[j];
    }
    sum /= d, product /= d;
    for (int j = 0; j < d; j++) dx[j] += scale[i] * (dy[j] * gain[j] - sum - hat[j] * product);
  }
}

static inline float power(float x) {
  x = (x < -80 ? -80 : x) * 1.44269504f;
  const float whole = rintf(x), f = x - whole;
  union { int32_t bits; float value; } y;
  y.value = 1 + f * (0.69314718f + f * (0.24022651f + f * (0.05550411f + f * (0.00961813f + f * (0.00133336f + f * 0.000154f)))));
  y.bits += (int32_t)whole << 23;
  return y.value;
}

// the head's width is known to the compiler where it is 8, which is the bench's
static inline __attribute__((always_inline)) void attend_head(int width, const float *q, const float *const *keys, int count,
                                                              float *a, float *out) {
  const float factor = 1 / sqrtf(width);
  float top = -1e30f, sum = 0;
  for (int t = 0; t < count; t++) {
    float score = 0;
    for (int i = 0; i < width; i++) score += q[i] * keys[t][i];
    a[t] = score * factor;
    if (a[t] > top) top = a[t];
  }
  for (int t = 0; t < count; t++) a[t] = power(a[t] - top), sum += a[t];
  for (int i = 0; i < width; i++) out[i] = 0;
  for (int t = 0; t < count; t++) {
    a[t] /= sum;
    for (int i = 0; i < width; i++) out[i] += a[t] * keys[t][s.width + i];
  }
}

static inline __attribute__((always_inline)) void attend_head_gradient(int width, const float *q, const float *const *keys,
                                                                       float *const *d_keys, int count, const float *a,
                                                                       const float *d_out, float *dq) {
  const float factor = 1 / sqrtf(width);
  float slope[MOST_POSITIONS], mean = 0;
  for (int t = 0; t < count; t++) {
    float sum = 0;
    for (int i = 0; i < width; i++) sum += d_out[i] * keys[t][s.width + i], d_keys[t][s.width + i] += a[t] * d_out[i];
    slope[t] = sum, mean += a[t] * sum;
  }
  for (int i = 0; i < width; i++) dq[i] = 0;
  for (int t = 0; t < count; t++) {
    const float g = a[t] * (slope[t] - mean) * factor;
    for (int i = 0; i < width; i++) dq[i] += g * keys[t][i], d_keys[t][i] += g * q[i];
  }
}

// all heads of one query row; with d_keys its gradient
static void attend(int l, size_t row, const float **keys, float **d_keys, int count) {
  const int width = s.width / s.heads;
  for (int h = 0; h < s.heads; h++) {
    const float *own[MOST_POSITIONS];
    float *d_own[MOST_POSITIONS];
    for (int t = 0; t < count; t++) own[t] = keys[t] + h * width;
    const size_t at = row * s.width + h * width;
    float *a = attention[l] + (row * s.heads + h) * positions;
    if (d_keys == NULL) {
      if (width == 8) attend_head(8, query[l] + at, own, count, a, attended[l] + at);
      else attend_head(width, query[l] + at, own, count, a, attended[l] + at);
      continue;
    }
    for (int t = 0; t < count; t++) d_own[t] = d_keys[t] + h * width;
    if (width == 8) attend_head_gradient(8, query[l] + at, own, d_own, count, a, d_norm + at, d_query + at);
    else attend_head_gradient(width, query[l] + at, own, d_own, count, a, d_norm + at, d_query + at);
  }
}

static void attend_all(int l, int gradients) {
  const float *keys[MOST_POSITIONS];
  float *d_keys[MOST_POSITIONS];
  for (int b = 0; b < s.batch; b++) {
    for (int t = 0; t < positions; t++) {
      const size_t row = t < s.inputs ? b * s.inputs + t : prefix + b * s.outputs + t - s.inputs;
      keys[t] = key_value[l] + row * 2 * s.width, d_keys[t] = d_key_value + row * 2 * s.width;
    }
    float **own = gradients ? d_keys : NULL;
    if (l < s.layers - 1)
      for (int t = 0; t < s.inputs; t++) attend(l, b * s.inputs + t, keys, own, s.inputs);
    for (int t = 0; t < s.outputs; t++) attend(l, prefix + b * s.outputs + t, keys, own, s.inputs + t + 1);
  }
}

static int token_before(int example, int place) {
  return place == 0 ? s.output_tokens : answers[(size_t)example * s.outputs + place - 1];
}

static void embed(const int32_t *batch) {
  const int d = s.width;
  float *x = stream[0];
  for (int b = 0; b < s.batch; b++)
    for (int i = 0; i < s.inputs; i++, x += d) {
      memcpy(x, weights + at_positions() + i * d, d * sizeof(float));
      const uint8_t *token = inputs + ((size_t)batch[b] * s.inputs + i) * s.parts;
      for (int p = 0; p < s.parts; p++)
        for (int k = 0; k < d; k++) x[k] += weights[token[p] * d + k];
    }
  for (int b = 0; b < s.batch; b++)
    for (int j = 0; j < s.outputs; j++, x += d) {
      const float *position = weights + at_positions() + (s.inputs + j) * d;
      const float *token = weights + at_outputs() + token_before(batch[b], j) * d;
      for (int k = 0; k < d; k++) x[k] = position[k] + token[k];
    }
}

static void embed_gradient(const int32_t *batch) {
  const int d = s.width;
  const float *dx = d_stream;
  for (int b = 0; b < s.batch; b++)
    for (int i = 0; i < s.inputs; i++, dx += d) {
      for (int k = 0; k < d; k++) gradient[at_positions() + i * d + k] += dx[k];
      const uint8_t *token = inputs + ((size_t)batch[b] * s.inputs + i) * s.parts;
      for (int p = 0; p < s.parts; p++)
        for (int k = 0; k < d; k++) gradient[token[p] * d + k] += dx[k];
    }
  for (int b = 0; b < s.batch; b++)
    for (int j = 0; j < s.outputs; j++, dx += d) {
      float *position = gradient + at_positions() + (s.inputs + j) * d;
      float *token = gradient + at_outputs() + token_before(batch[b], j) * d;
      for (int k = 0; k < d; k++) position[k] += dx[k], token[k] += dx[k];
    }
}

static double forward(const int32_t *batch) {
  const int d = s.width;
  embed(batch);
  for (int l = 0; l < s.layers; l++) {
    const float *w = weights + at_layer(l);
    const int first = l == s.layers - 1 ? prefix : 0, active = rows - first;
    const size_t skip = (size_t)first * d;
    normalize(rows, stream[l], w, norm1[l], scale1[l]);
    multiply(rows, 2 * d, d, norm1[l], w + at_key_value(), w + at_key_value() + 2 * d * d, key_value[l], 0);
    multiply(active, d, d, norm1[l] + skip, w + at_query(), w + at_query() + d * d, query[l] + skip, 0);
    attend_all(l, 0);
    memcpy(middle[l] + skip, stream[l] + skip, (size_t)active * d * sizeof(float));
    multiply(active, d, d, attended[l] + skip, w + at_mix(), w + at_mix() + d * d, middle[l] + skip, 1);
    normalize(active, middle[l] + skip, w + at_norm2(), norm2[l] + skip, scale2[l] + first);
    float *h = expanded[l] + 4 * skip;
    multiply(active, hidden, d, norm2[l] + skip, w + at_expand(), w + at_expand() + d * hidden, h, 0);
    for (size_t i = 0; i < (size_t)active * hidden; i++) h[i] = h[i] > 0 ? h[i] : 0;
    memcpy(stream[l + 1] + skip, middle[l] + skip, (size_t)active * d * sizeof(float));
    multiply(active, d, hidden, h, w + at_contract(), w + at_contract() + hidden * d, stream[l + 1] + skip, 1);
  }
  normalize(answer_rows, stream[s.layers] + (size_t)prefix * d, weights + at_last(), last_norm, last_scale);
  multiply(answer_rows, columns, d, last_norm, weights + at_output(), weights + at_output() + d * columns, logits, 0);
  double loss = 0;
  const float share = 1.0f / answer_rows;
  for (int r = 0; r < answer_rows; r++) {
    float *z = logits + (size_t)r * columns, top = z[0], sum = 0;
    const int target = answers[(size_t)batch[r / s.outputs] * s.outputs + r % s.outputs];
    for (int j = 1; j < s.output_tokens; j++) top = z[j] > top ? z[j] : top;
    const float own = z[target] - top;
    for (int j = 0; j < s.output_tokens; j++) z[j] = power(z[j] - top), sum += z[j];
    loss += logf(sum) - own;
    for (int j = 0; j < s.output_tokens; j++) z[j] *= share / sum;
    for (int j = s.output_tokens; j < columns; j++) z[j] = 0;
    z[target] -= share;
  }
  return loss;
}

static void backward(const int32_t *batch) {
  const int d = s.width;
  memset(gradient, 0, s.weights * sizeof(float));
  memset(d_stream, 0, (size_t)rows * d * sizeof(float));
  turn(at_output(), d, columns);
  multiply_transposed(answer_rows, columns, d, last_norm, logits, gradient + at_output());
  multiply(answer_rows, d, columns, logits, turned + at_output(), NULL, d_norm, 0);
  const size_t end = (size_t)prefix * d;
  normalize_gradient(answer_rows, stream[s.layers] + end, weights + at_last(), last_scale, d_norm, d_stream + end,
                     gradient + at_last());
  for (int l = s.layers - 1; l >= 0; l--) {
    const int at = at_layer(l), first = l == s.layers - 1 ? prefix : 0, active = rows - first;
    const float *w = weights + at;
    float *g = gradient + at;
    const size_t skip = (size_t)first * d;
    const float *h = expanded[l] + 4 * skip;
    turn(at + at_contract(), hidden, d), turn(at + at_expand(), d, hidden), turn(at + at_mix(), d, d);
    turn(at + at_key_value(), d, 2 * d), turn(at + at_query(), d, d);
    multiply_transposed(active, d, hidden, h, d_stream + skip, g + at_contract());
    multiply(active, hidden, d, d_stream + skip, turned + at + at_contract(), NULL, d_expanded, 0);
    for (size_t i = 0; i < (size_t)active * hidden; i++) d_expanded[i] = h[i] > 0 ? d_expanded[i] : 0;
    multiply_transposed(active, hidden, d, norm2[l] + skip, d_expanded, g + at_expand());
    multiply(active, d, hidden, d_expanded, turned + at + at_expand(), NULL, d_norm + skip, 0);
    normalize_gradient(active, middle[l] + skip, w + at_norm2(), scale2[l] + first, d_norm + skip, d_stream + skip,
                       g + at_norm2());
    multiply_transposed(active, d, d, attended[l] + skip, d_stream + skip, g + at_mix());
    multiply(active, d, d, d_stream + skip, turned + at + at_mix(), NULL, d_norm + skip, 0);
    memset(d_key_value, 0, (size_t)rows * 2 * d * sizeof(float));
    attend_all(l, 1);
    multiply_transposed(active, d, d, norm1[l] + skip, d_query + skip, g + at_query());
    multiply_transposed(rows, 2 * d, d, norm1[l], d_key_value, g + at_key_value());
    multiply(rows, d, 2 * d, d_key_value, turned + at + at_key_value(), NULL, d_norm, 0);
    multiply(active, d, d, d_query + skip, turned + at + at_query(), NULL, d_norm + skip, 1);
    normalize_gradient(rows, stream[l], w, scale1[l], d_norm, d_stream, g);
  }
  embed_gradient(batch);
}

static void adam(int step) {
  double square = 0;
  for (int i = 0; i < s.weights; i++) square += (double)gradient[i] * gradient[i];
  const double size = sqrt(square), done = (double)(step - WARM_UP) / (STEPS_OF_PLAN - WARM_UP + 1);
  const float clip = size > 1 ? 1 / size : 1;
  const double rate = step <= WARM_UP ? RATE * step / WARM_UP : RATE * (0.05 + 0.95 * 0.5 * (1 + cos(M_PI * done)));
  const float scale1 = rate / (1 - pow(0.9, step)), scale2 = 1 / (1 - pow(0.98, step));
  for (int i = 0; i < s.weights; i++) {
    const float g = gradient[i] * clip;
    first_moment[i] = 0.9f * first_moment[i] + 0.1f * g;
    second_moment[i] = 0.98f * second_moment[i] + 0.02f * g * g;
    weights[i] -= scale1 * first_moment[i] / (sqrtf(scale2 * second_moment[i]) + 1e-8f);
  }
}

static void reserve(void) {
  const int d = s.width;
  positions = s.inputs + s.outputs, hidden = 4 * d, columns = (s.output_tokens + 7) & ~7;
  prefix = s.batch * s.inputs, rows = s.batch * positions, answer_rows = s.batch * s.outputs;
  layer_size = 12 * d * d + 13 * d;
  for (int l = 0; l < s.layers; l++) {
    stream[l] = numbers((size_t)rows * d), norm1[l] = numbers((size_t)rows * d), query[l] = numbers((size_t)rows * d);
    key_value[l] = numbers((size_t)rows * 2 * d), attended[l] = numbers((size_t)rows * d);
    middle[l] = numbers((size_t)rows * d), norm2[l] = numbers((size_t)rows * d);
    expanded[l] = numbers((size_t)rows * hidden), attention[l] = numbers((size_t)rows * s.heads * positions);
    scale1[l] = numbers(rows), scale2[l] = numbers(rows);
  }
  stream[s.layers] = numbers((size_t)rows * d), last_norm = numbers((size_t)rows * d), last_scale = numbers(rows);
  logits = numbers((size_t)answer_rows * columns), d_stream = numbers((size_t)rows * d), d_norm = numbers((size_t)rows * d);
  d_query = numbers((size_t)rows * d), d_key_value = numbers((size_t)rows * 2 * d);
  d_expanded = numbers((size_t)rows * hidden);
  weights = numbers(s.weights), start = numbers(s.weights), gradient = numbers(s.weights), turned = numbers(s.weights);
  first_moment = numbers(s.weights), second_moment = numbers(s.weights);
}

static void products(void) {
  const int shapes[][3] = {{s.batch * positions, 2 * s.width, s.width}, {answer_rows, hidden, s.width},
                           {answer_rows, s.width, hidden}, {answer_rows, columns, s.width}};
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    const int m = shapes[i][0], n = shapes[i][1], inner = shapes[i][2];
    float *a = numbers((size_t)m * inner), *w = numbers((size_t)inner * n + n), *c = numbers((size_t)m * n);
    for (int transposed = 0; transposed < 2; transposed++) {
      const int times = 4e9 / (2.0 * m * n * inner);
      double best = 1e9;
      for (int repeat = 0; repeat < 3; repeat++) {
        const double begin = seconds();
        for (int t = 0; t < times / 3; t++)
          if (transposed) multiply_transposed(m, n, inner, a, c, w);
          else multiply(m, n, inner, a, w, w + (size_t)inner * n, c, 0);
        const double one = (seconds() - begin) / (times / 3);
        best = one < best ? one : best;
      }
      printf("%d %d %d %d %.2f\n", transposed, m, n, inner, 2e-9 * m * n * inner / best);
    }
  }
}

int main(int count, char **arguments) {
  FILE *file = count > 2 ? fopen(arguments[1], "rb") : NULL;
  if (!file || fread(&s, sizeof s, 1, file) != 1) return 1;
  reserve();
  order = malloc(s.order * sizeof *order);
  inputs = malloc((size_t)s.examples * s.inputs * s.parts), answers = malloc((size_t)s.examples * s.outputs);
  if (fread(start, sizeof(float), s.weights, file) != (size_t)s.weights) return 1;
  if (fread(order, sizeof *order, s.order, file) != (size_t)s.order) return 1;
  if (fread(inputs, s.inputs * s.parts, s.examples, file) != (size_t)s.examples) return 1;
  if (fread(answers, s.outputs, s.examples, file) != (size_t)s.examples) return 1;
  if (strcmp(arguments[2], "products") == 0) return products(), 0;
  const int steps = atoi(arguments[2]), repeats = atoi(arguments[3]);
  for (int repeat = 0; repeat <= repeats; repeat++) {
    memcpy(weights, start, s.weights * sizeof(float));
    memset(first_moment, 0, s.weights * sizeof(float)), memset(second_moment, 0, s.weights * sizeof(float));
    double loss = 0;
    const double begin = seconds();
    for (int step = 0; step < steps; step++) {
      const int32_t *batch = order + (size_t)step * s.batch;
      loss += forward(batch), backward(batch), adam(step + 1);
    }
    if (repeat > 0) printf("%.4f %.5f\n", 1000 * (seconds() - begin) / steps, loss / ((double)steps * answer_rows));
  }
  return 0;
}
