// The copy model of assembly/news in C, for its speed: the same features, the same steps, the same order, in plain
// loops that the compiler may vectorize. bench/news.mjs builds and runs it:
//
//   copy_model PAIRS REPEATS      PAIRS as bench/news.mjs writes it; prints milliseconds and nats a word, a line a repeat
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TOKENS = 2048, CANDIDATES = 3072, SORTS = 1024, WORDS = 256, ROWS = SORTS + CANDIDATES + 4, SLOTS = 9 };
enum { HASH_BITS = 20, SMALL = 1960, WEIGHTS = SMALL + (1 << HASH_BITS) };
enum { CLASSES = 12, STEPS = 9, PLACES = 8, NOWHERE = 7, START_CLASS = 10 };
enum {
  SORT = 4, COPY = SORT + 5 * PLACES * CLASSES, SKIP = COPY + 4 * PLACES * STEPS, USED = SKIP + 28, RARITY = USED + 24,
  CLASS_PAIR = RARITY + 90, RUN = CLASS_PAIR + 4 * CLASSES * CLASSES, STAGE = RUN + 21,
  END_AT = STAGE + STEPS * 2 * CLASSES, END_CLOSING = END_AT + 45, END_CLASS = END_CLOSING + 4 * STEPS,
  END_RUN = END_CLASS + CLASSES * STEPS, AFTER = END_RUN + 36
};
static const uint32_t START_HASH = 0x2545f491;

typedef struct { int level, skip, used, place; } State;
typedef struct { const int32_t *article, *summary; } Pair;

static float *weights, *squares, small_gradients[SMALL], rate = 0.1f;

// the open article
static int tokens, candidates, sorts;
static const int32_t *token, *sentence, *hash, *class;
static int first[CANDIDATES], times[CANDIDATES], next[TOKENS], home[CANDIDATES], row_of[CANDIDATES], sort_of_row[SORTS];
static uint32_t word_slot[CANDIDATES], pair_slot[CANDIDATES], triple_slot[CANDIDATES];
// the step
static State state[CANDIDATES];
static int in_play[CANDIDATES], plays, rows, said, run, closing, after;
static int said_word[WORDS], said_class[WORDS];
static uint32_t said_hash[WORDS];
static int slots[ROWS][SLOTS];
static float row_sum[ROWS], row_gradient[ROWS], score[CANDIDATES];

static int min(int a, int b) { return a < b ? a : b; }
static int max(int a, int b) { return a > b ? a : b; }
static int place_of(int s) { return s < 3 ? s : s < 5 ? 3 : s < 8 ? 4 : 5; }
static int step_of(int words) { return words < 2 ? words : min(2 + words / 5, 8); }
static int ends_sentence(int i) { return i + 1 >= tokens || sentence[i + 1] != sentence[i]; }

static uint32_t mix(uint32_t h) {
  h = (h ^ (h >> 16)) * 0x85ebca6b;
  h = (h ^ (h >> 13)) * 0xc2b2ae35;
  return h ^ (h >> 16);
}
static uint32_t eight_of(uint32_t h) { return SMALL + ((h * 0x9e3779b1u >> (32 - HASH_BITS + 3)) << 3); }

static void open_article(const int32_t *article) {
  static int row_of_sort[SORTS];
  tokens = article[0], candidates = article[2];
  token = article + 5, sentence = token + tokens, hash = sentence + tokens, class = hash + (candidates + 3) / 4 * 4;
  for (int c = 0; c < candidates; c++) first[c] = -1, times[c] = 0, state[c] = (State){0, 0, 0, NOWHERE};
  for (int i = tokens - 1; i >= 0; i--) next[i] = first[token[i]], first[token[i]] = i, times[token[i]]++;
  memset(row_of_sort, -1, sizeof row_of_sort);
  sorts = 0;
  for (int c = 0; c < candidates - 1; c++) {
    int place = first[c] < 0 ? NOWHERE : place_of(sentence[first[c]]);
    int sort = min(times[c], 4) | place << 3 | class[c] << 6;
    if (row_of_sort[sort] < 0) sort_of_row[sorts] = sort, row_of_sort[sort] = sorts++;
    home[c] = row_of_sort[sort];
  }
  home[candidates - 1] = sorts;
  for (int c = 0; c < candidates; c++) row_of[c] = home[c], word_slot[c] = eight_of(hash[c]);
}

static int before(int back) { return back > said ? -1 : said_word[said - back]; }
static uint32_t hash_before(int back) { return back > said ? START_HASH : said_hash[said - back]; }
static int class_before(void) { return said == 0 ? START_CLASS : said_class[said - 1]; }

static State *touch(int c) {
  State *s = &state[c];
  if (s->level + s->skip + s->used == 0) in_play[plays++] = c;
  return s;
}

static void raise_level(int c, int level, int place) {
  State *s = touch(c);
  if (level > s->level) s->level = level, s->place = place;
}

static void look_back(void) {
  closing = 0;
  for (int i = 0; i < said; i++) if (said_word[i] >= 0) { State *s = touch(said_word[i]); s->used = min(s->used + 1, 2); }
  if (said == 0) {
    for (int i = 0; i < tokens; i++) if (i == 0 || ends_sentence(i - 1)) raise_level(token[i], 1, place_of(sentence[i]));
    return;
  }
  if (before(1) < 0) return;
  for (int i = first[before(1)]; i >= 0; i = next[i]) {
    int level = 1;
    if (i > 0 && before(2) >= 0 && token[i - 1] == before(2)) level = i > 1 && before(3) >= 0 && token[i - 2] == before(3) ? 3 : 2;
    if (ends_sentence(i)) { closing = max(closing, level); continue; }
    raise_level(token[i + 1], level, place_of(sentence[i]));
    for (int d = 2; d <= 5 && i + d < tokens && sentence[i + d] == sentence[i]; d++) {
      State *s = touch(token[i + d]);
      s->skip = max(s->skip, max(5 - d, 1) + (level >= 2 ? 3 : 0));
    }
  }
}

static void write_row(int *row, int sort, State s) {
  int count = sort & 7, c = sort >> 6, function = c & 1, idf = c >> 1, copied = s.level > 0, step = step_of(said);
  row[0] = SORT + (count * PLACES + (sort >> 3 & 7)) * CLASSES + c;
  row[1] = COPY + (s.level * PLACES + s.place) * STEPS + step;
  row[2] = SKIP + (s.skip * 2 + function) * 2 + copied;
  row[3] = USED + (s.used * 2 + function) * 4 + s.level;
  row[4] = RARITY + (idf * 5 + count) * 3 + s.used;
  row[5] = CLASS_PAIR + (s.level * CLASSES + class_before()) * CLASSES + c;
  row[6] = RUN + min(run, 6) * 3 + min(s.level, 2);
  row[7] = STAGE + (step * 2 + (count > 0)) * CLASSES + c;
  row[8] = AFTER + copied + 2 * (s.skip > 0);
}

static void score_candidates(void) {
  const State rest = {0, 0, 0, NOWHERE};
  look_back();
  for (int r = 0; r < sorts; r++) write_row(slots[r], sort_of_row[r], rest);
  int step = step_of(said);
  int end[SLOTS] = {END_AT + min(said, 44), END_CLOSING + closing * STEPS + step, END_CLASS + class_before() * STEPS + step,
                    END_RUN + closing * 9 + min(run, 8), AFTER + 4};
  memcpy(slots[sorts], end, sizeof end);
  rows = sorts + 1;
  for (int k = 0; k < plays; k++, rows++) {
    int c = in_play[k];
    write_row(slots[rows], sort_of_row[home[c]], state[c]);
    row_of[c] = rows;
  }
  after = eight_of(mix(hash_before(1) ^ 0x27d4eb2f));
  memcpy(weights + AFTER, weights + after, 5 * sizeof(float));
  uint32_t pair = mix(hash_before(1) ^ 0x85ebca77), triple = mix(pair ^ mix(hash_before(2) ^ 0xc2b2ae3d));
  for (int c = 0; c < candidates; c++) {
    pair_slot[c] = SMALL + (((hash[c] ^ pair) * 0x9e3779b1u) >> (32 - HASH_BITS));
    triple_slot[c] = SMALL + (((hash[c] ^ triple) * 0x9e3779b1u) >> (32 - HASH_BITS));
  }
  for (int r = 0; r < rows; r++) {
    float sum = 0;
    for (int k = 0; k < SLOTS; k++) sum += weights[slots[r][k]];
    row_sum[r] = sum;
  }
  int stage = said == 0 ? 2 : 1;
  for (int c = 0; c < candidates; c++) {
    const float *w = weights + word_slot[c];
    score[c] = row_sum[row_of[c]] + ((w[0] + w[stage + (state[c].level > 0 ? 2 : 0)]) + (weights[pair_slot[c]] + weights[triple_slot[c]]));
  }
}

static double softmax(void) {
  float top = score[0], sum = 0;
  for (int c = 1; c < candidates; c++) top = score[c] > top ? score[c] : top;
  for (int c = 0; c < candidates; c++) sum += score[c] = expf(score[c] - top);
  for (int c = 0; c < candidates; c++) score[c] /= sum;
  return top + log(sum);
}

static void descend(int slot, float gradient) {
  squares[slot] += gradient * gradient;
  weights[slot] -= rate * gradient / (sqrtf(squares[slot]) + 1e-3f);
}

static void descend_step(int gold) {
  score[gold] -= 1;
  memcpy(squares + AFTER, squares + after, 5 * sizeof(float));
  memset(row_gradient, 0, rows * sizeof(float));
  int stage = said == 0 ? 2 : 1;
  for (int c = 0; c < candidates; c++) {
    float g = score[c];
    if (fabsf(g) <= 1e-4f) continue;
    row_gradient[row_of[c]] += g;
    descend(word_slot[c], g);
    descend(word_slot[c] + stage + (state[c].level > 0 ? 2 : 0), g);
    descend(pair_slot[c], g);
    descend(triple_slot[c], g);
  }
  for (int r = 0; r < rows; r++) if (row_gradient[r] != 0) for (int k = 0; k < SLOTS; k++) small_gradients[slots[r][k]] += row_gradient[r];
  small_gradients[0] = 0;
  for (int i = 0; i < SMALL; i++) if (small_gradients[i] != 0) descend(i, small_gradients[i]), small_gradients[i] = 0;
  memcpy(weights + after, weights + AFTER, 5 * sizeof(float));
  memcpy(squares + after, squares + AFTER, 5 * sizeof(float));
}

static double teach(Pair pair) {
  double loss = 0;
  open_article(pair.article);
  said = run = 0;
  for (int t = 0, n = pair.summary[0]; t <= n; t++) {
    const int32_t *word = pair.summary + 1 + 3 * t;
    int gold = t < n ? word[0] : candidates - 1;
    plays = 0;
    if (gold >= 0) {
      score_candidates();
      float s = score[gold];
      loss += softmax() - s;
      descend_step(gold);
    }
    if (t < n) {
      run = said > 0 && gold >= 0 && state[gold].level > 0 ? run + 1 : 0;
      said_word[said] = gold, said_hash[said] = word[1], said_class[said] = word[2], said++;
    }
    for (int k = 0; k < plays; k++) state[in_play[k]] = (State){0, 0, 0, NOWHERE}, row_of[in_play[k]] = home[in_play[k]];
  }
  return loss;
}

static double milliseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

// The file, in i32: pairs | epochs | words learned | the order of the pairs, epoch after epoch | for each pair: numbers
// of the article, article, numbers of the summary, summary.
int main(int count, char **arguments) {
  if (count < 3) return 2;
  FILE *file = fopen(arguments[1], "rb");
  if (!file) return 1;
  fseek(file, 0, SEEK_END);
  long bytes = ftell(file);
  rewind(file);
  int32_t *data = malloc(bytes);
  if (fread(data, 1, bytes, file) != (size_t)bytes) return 1;
  int pairs = data[0], epochs = data[1];
  const int32_t *order = data + 3, *at = order + pairs * epochs;
  Pair *pair = malloc(pairs * sizeof *pair);
  for (int i = 0; i < pairs; i++) {
    pair[i].article = at + 1, at += 1 + *at;
    pair[i].summary = at + 1, at += 1 + *at;
  }
  for (int repeat = atoi(arguments[2]); repeat > 0; repeat--) {
    weights = calloc(WEIGHTS, sizeof(float)), squares = calloc(WEIGHTS, sizeof(float));
    double start = milliseconds(), loss = 0;
    for (int k = 0; k < pairs * epochs; k++) loss += teach(pair[order[k]]);
    printf("%.1f %.6f\n", milliseconds() - start, loss / data[2]);
    free(weights), free(squares);
  }
}
