"""The peers of the trial benchmark: one trial drawn, verified and solved with numpy, as one would write it.

    python3 bench/trial_numpy.py f64|f32 D N PHI PSI ERROR_RATE LAMBDA TRIALS REPEATS

"f64" is the idiomatic script, "f32" the expert's (single precision data, only kept rows sampled).
Prints one time in milliseconds a trial for each repeat; processor time with CLOCK=processor in the environment.
"""
import os
import sys
import time

import numpy as np


def idiomatic(rng, d, n, r, p, phi, psi, lam):
    y = rng.choice([-1.0, 1.0], n)
    x = rng.standard_normal((n, d))
    x[:, 0] += r * y
    flipped = rng.random(n) < p
    label = np.where(flipped, -y, y)
    keep = rng.random(n) < np.where(flipped, psi, phi)
    x, label = x[keep], label[keep]
    m = len(label)
    w = np.linalg.solve(x.T @ x + m * lam * np.eye(d), x.T @ label)
    return w[0] / np.linalg.norm(w)


def expert(rng, d, n, r, p, phi, psi, lam):
    flipped = rng.random(n) < p
    keep = rng.random(n) < np.where(flipped, psi, phi)
    sign = np.where(flipped[keep], np.float32(-1), np.float32(1))
    m = len(sign)
    x = rng.standard_normal((m, d), dtype=np.float32)
    x[:, 0] += np.float32(r) * sign
    a = x.T @ x
    a[np.diag_indices(d)] += np.float32(m * lam)
    w = np.linalg.solve(a, x.sum(axis=0))
    return w[0] / np.linalg.norm(w)


def main():
    kind, d, n = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    phi, psi, p, lam = (float(a) for a in sys.argv[4:8])
    trials, repeats = int(sys.argv[8]), int(sys.argv[9])
    trial = idiomatic if kind == "f64" else expert
    now = time.process_time if os.environ.get("CLOCK") == "processor" else time.perf_counter
    rng = np.random.default_rng(1)
    trial(rng, d, n, 1.5, p, phi, psi, lam)
    for _ in range(repeats):
        start = now()
        for _ in range(trials):
            trial(rng, d, n, 1.5, p, phi, psi, lam)
        print((now() - start) / trials * 1e3, flush=True)


main()
