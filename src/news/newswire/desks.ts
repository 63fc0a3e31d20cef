import { business } from "./business.js";
import { culture } from "./culture.js";
import type { Desk } from "./grammar.js";
import { politics } from "./politics.js";
import { science } from "./science.js";
import { sport } from "./sport.js";
import { transport } from "./transport.js";
import { weather } from "./weather.js";

/** The desks of the newsroom, as likely as one another. */
export const desks: readonly Desk[] = [politics, business, sport, science, weather, culture, transport];
