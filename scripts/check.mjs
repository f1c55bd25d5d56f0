/** `npm run check`: types, lint, format, dead code, schema and document drift, licences. Runs them all and fails if one does. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { readmeIsCurrent } from './documents.mjs';
import { findLicenceProblems } from './licences.mjs';
import { root, supportedNode } from './node.mjs';
import { printedSchemas } from './printSchema.mjs';

const node = supportedNode();

function run(command) {
  return spawnSync(node, command, { cwd: root, stdio: 'inherit', env: withNodeFirst() }).status === 0;
}

/** Tools that start further Node processes must get the supported one. */
function withNodeFirst() {
  const separator = process.platform === 'win32' ? ';' : ':';
  return { ...process.env, PATH: `${join(node, '..')}${separator}${process.env.PATH}` };
}

function schemasAreCurrent() {
  const printed = Object.entries(printedSchemas());
  const drifted = printed.filter(([file, sdl]) => sdl !== readFileSync(join(root, file), 'utf8'));
  for (const [file] of drifted) {
    console.error(`${file} differs from the decorators; run \`npm run schema -- --write\`.`);
  }
  return drifted.length === 0;
}

function licencesAreFine() {
  const problems = findLicenceProblems();
  for (const problem of problems) console.error(problem);
  return problems.length === 0;
}

async function documentsAreCurrent() {
  if (await readmeIsCurrent()) return true;
  console.error('The tables of README.md differ from the code; run `node scripts/documents.mjs`.');
  return false;
}

const steps = {
  types: () => run(['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json', '--noEmit']),
  lint: () =>
    run([
      'node_modules/oxlint/bin/oxlint',
      '--type-aware',
      '--deny-warnings',
      'src',
      'emulator',
      'examples',
      'test',
      'scripts',
      'bench',
    ]),
  format: () => run(['node_modules/@biomejs/biome/bin/biome', 'ci', '--reporter=summary', '.']),
  'dead code': () => run(['node_modules/knip/bin/knip.js', '--no-progress']),
  'schema drift': schemasAreCurrent,
  'document drift': documentsAreCurrent,
  licences: licencesAreFine,
};

await build(['code']);
const failed = [];
for (const [name, step] of Object.entries(steps)) {
  console.log(`check: ${name}`);
  if (!(await step())) failed.push(name);
}
if (failed.length > 0) {
  console.error(`check failed: ${failed.join(', ')}`);
  process.exit(1);
}
