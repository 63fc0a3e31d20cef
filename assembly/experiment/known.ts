/**
 * Whether every kind of the settings is one that the kernels know. Each engine asks before it computes anything, so that
 * a kind added on one side of the boundary only can neither be answered as another one nor run into memory that nobody
 * laid out.
 */
import {
  ACCUMULATE, CHOLESKY, CONJUGATE_GRADIENTS, covarianceKind, dataKind, DIAGONAL, DOUBLE, generatorKind, IDENTITY,
  ISOTROPIC, KEEP_ALL, KEEP_BERNOULLI, KEEP_LEARNED, KEEP_LINEAR, KEEP_ORACLE, KEEP_RANDOM, KEEP_TOP, LEARNED,
  learnerKind, LINEAR, LOGISTIC, loss, MEAN, MIX, MIXTURE, NOISE, policy, POWER_LAW, precision, REPLACE, RIDGE, SGD,
  SINGLE, solver, verifierKind,
} from "./settings";
import { LOGISTIC_LOSS, SQUARED_LOSS } from "../learn/sgd";

export function knowsRows(): bool {
  return (dataKind == MIXTURE || dataKind == ISOTROPIC) &&
    (covarianceKind == IDENTITY || covarianceKind == POWER_LAW || covarianceKind == DIAGONAL) &&
    (generatorKind == NOISE || generatorKind == LINEAR || generatorKind == LEARNED) &&
    (verifierKind == KEEP_ALL || verifierKind == KEEP_RANDOM || verifierKind == KEEP_ORACLE ||
      verifierKind == KEEP_BERNOULLI || verifierKind == KEEP_LINEAR || verifierKind == KEEP_LEARNED ||
      verifierKind == KEEP_TOP) &&
    (policy == REPLACE || policy == MIX || policy == ACCUMULATE);
}

export function knowsLearner(): bool {
  return (learnerKind == RIDGE && (solver == CHOLESKY || solver == CONJUGATE_GRADIENTS)) || learnerKind == MEAN ||
    (learnerKind == SGD && (loss == LOGISTIC_LOSS || loss == SQUARED_LOSS)) || learnerKind == LOGISTIC;
}

export function knowsPrecision(): bool {
  return precision == SINGLE || precision == DOUBLE;
}
