// Judges an AsyncAPI document by the parser of its authors. Usage: node asyncapi.mjs FILE
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], "utf8"));
const errors = diagnostics.filter((one) => one.severity === 0);
for (const one of errors) console.error(`${one.code} at ${one.path.join(".")}: ${one.message}`);
if (!document || errors.length > 0) process.exit(1);
console.log("the AsyncAPI document is valid");
