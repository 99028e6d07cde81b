#!/usr/bin/env bash
# Holds the route of examples/fleet/kubernetes against the Gateway API, as a package of npm carries it: its types refuse
# fields that do not exist, its schemas refuse values. What only Envoy Gateway knows is in no package.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p target/route
cd target/route
[ -f package.json ] || echo '{"private": true, "type": "module"}' >package.json
npm install --no-audit --no-fund --no-package-lock --loglevel=error @kubernetes-models/gateway-api@2.0.0 typescript@5 yaml@2

cat >judge.js <<'END'
import { readFileSync, writeFileSync } from "node:fs";
import { HTTPRoute } from "@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute";
import { parseAllDocuments } from "yaml";

const documents = parseAllDocuments(readFileSync("../../examples/fleet/kubernetes/route.yaml", "utf8"));
const route = documents.map((document) => document.toJS()).find((document) => document.kind === "HTTPRoute");
new HTTPRoute(route).validate();

const text = (value) =>
  `import type { IHTTPRoute } from "@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute";\n` +
  `export const route: IHTTPRoute = ${JSON.stringify(value)};\n`;
writeFileSync("good.ts", text(route));

// The judges are some: slips are found.
const wrong = structuredClone(route);
wrong.spec.rules[0].timeouts.request = "35 s";
let refused = false;
try {
  new HTTPRoute(wrong).validate();
} catch {
  refused = true;
}
if (!refused) throw new Error("a duration with a blank is taken");
const misspelt = structuredClone(route);
misspelt.spec.rules[0].timeout = misspelt.spec.rules[0].timeouts;
writeFileSync("misspelt.ts", text(misspelt));
END
node judge.js
judge() { npx tsc --noEmit --strict --skipLibCheck --module nodenext --target es2022 "$1"; }
judge good.ts
if judge misspelt.ts >/dev/null; then
    echo "a field that does not exist is taken"
    exit 1
fi
