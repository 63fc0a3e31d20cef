import { expose } from "comlink";
import { Calculator } from "./calculator.js";

expose(new Calculator());
