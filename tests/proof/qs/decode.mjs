// Reads query strings, a JSON array of texts, and writes what qs makes of them.
import { readFileSync } from "node:fs";
import qs from "qs";

const options = { depth: 32, arrayLimit: 1000, parameterLimit: 10_000, plainObjects: true };
const texts = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(texts.map((text) => qs.parse(text, options))));
