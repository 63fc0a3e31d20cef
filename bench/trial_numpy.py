"""The peers of the trial benchmark: one trial drawn, verified and solved with numpy and scikit-learn.

    python3 bench/trial_numpy.py idiomatic|expert '{"dim": 200, "samples": 2000, "trials": 50}'

The setting is that of bench/trial.mjs. "idiomatic" is the script as one would write it, in double precision. "expert" is in
single precision, fills only the rows that are kept, and takes scikit-learn's Newton solver for logistic regression.
Prints the milliseconds a trial of each repeat, those of the processor and of the clock, then the MiB of memory at most.
"""
import json
import resource
import sys
import time
import warnings

import numpy as np

R, P, PHI, PSI, ANGLE, KEEP = 1.5, 0.3, 0.8, 0.2, 0.5, 0.25


def fit(kind, x, label, lam, expert):
    m, d = x.shape
    if m == 0:  # nothing to learn from
        return np.ones(d)
    if kind == "ridge":
        a = x.T @ x
        a[np.diag_indices(d)] += x.dtype.type(m * lam)
        return np.linalg.solve(a, x.T @ label)
    if kind == "mean":
        return label @ x / m
    from sklearn.linear_model import LogisticRegression, SGDClassifier

    if kind == "logistic":
        model = LogisticRegression(
            C=1 / (m * lam), fit_intercept=False, solver="newton-cholesky" if expert else "lbfgs"
        )
    elif kind == "sgd":
        model = SGDClassifier(
            loss="log_loss", alpha=lam, learning_rate="constant", eta0=0.5 / d, max_iter=1, tol=None,
            shuffle=False, fit_intercept=False,
        )
    else:
        raise ValueError(kind)
    return model.fit(x, label).coef_[0]


def largest(margin, share):
    """Whether each margin is among the largest."""
    count = round(share * len(margin))
    return margin > np.partition(margin, len(margin) - count - 1)[len(margin) - count - 1]


def kept_rows(rng, verifier, label, flipped, score):
    if verifier == "bernoulli":
        return rng.random(len(label)) < np.where(flipped, PSI, PHI)
    if verifier == "linear":
        return np.sign(score) == label
    if verifier == "top":
        return largest(label * score, KEEP)
    raise ValueError(verifier)


def idiomatic(rng, d, n, learner, verifier, lam):
    y = rng.choice([-1.0, 1.0], n)
    x = rng.standard_normal((n, d))
    x[:, 0] += R * y
    flipped = rng.random(n) < P
    label = np.where(flipped, -y, y)
    v = np.zeros(d)
    v[:2] = np.cos(ANGLE), np.sin(ANGLE)
    keep = kept_rows(rng, verifier, label, flipped, None if verifier == "bernoulli" else x @ v)
    return fit(learner, x[keep], label[keep], lam, False)


def expert(rng, d, n, learner, verifier, lam):
    f32 = np.float32
    y = np.where(rng.random(n, dtype=f32) < 0.5, f32(-1), f32(1))
    flipped = rng.random(n, dtype=f32) < P
    label = np.where(flipped, -y, y)
    if verifier == "bernoulli":
        keep = kept_rows(rng, verifier, label, flipped, None)
        x = rng.standard_normal((np.count_nonzero(keep), d), dtype=f32)
        x[:, 0] += f32(R) * y[keep]
        return fit(learner, x, label[keep], lam, True)
    # the verdict needs two coordinates, and the others are filled where it is to keep
    plane = rng.standard_normal((n, 2), dtype=f32)
    plane[:, 0] += f32(R) * y
    keep = kept_rows(rng, verifier, label, flipped, plane @ np.array([np.cos(ANGLE), np.sin(ANGLE)], dtype=f32))
    x = rng.standard_normal((np.count_nonzero(keep), d), dtype=f32)
    x[:, :2] = plane[keep]
    return fit(learner, x, label[keep], lam, True)


def main():
    setting = {"learner": "ridge", "verifier": "bernoulli", "lambda": 0.01, "repeats": 3} | json.loads(sys.argv[2])
    trial = {"idiomatic": idiomatic, "expert": expert}[sys.argv[1]]
    rng = np.random.default_rng(1)
    warnings.filterwarnings("ignore")  # one pass of SGD does not converge, and is not meant to

    def run(count):
        for _ in range(count):
            w = trial(
                rng, setting["dim"], setting["samples"], setting["learner"], setting["verifier"], setting["lambda"]
            )
            w[0] / np.linalg.norm(w)

    if not setting.get("cold"):
        run(1)
    for _ in range(setting["repeats"]):
        wall, processor = time.perf_counter(), time.process_time()
        run(setting["trials"])
        took = [time.process_time() - processor, time.perf_counter() - wall]
        print(*(seconds / setting["trials"] * 1e3 for seconds in took), flush=True)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


main()
