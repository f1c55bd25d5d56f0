/** Lists installed packages whose licence is not on the allow-list, runtime and development apart. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './node.mjs';

const allowed = new Set([
  'MIT',
  'Apache-2.0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Unlicense',
  'Python-2.0',
  'MIT-0',
]);
/** Needed at build or test time only and never shipped. Elastic: Apollo's composition, which a test compares ours with. */
const allowedInDevelopment = new Set([...allowed, 'MPL-2.0', 'CC-BY-4.0', 'Artistic-2.0', 'PSF-2.0', 'Elastic-2.0']);

/** @returns one line per package of the lockfile whose licence is not allowed where it is used. */
export function findLicenceProblems() {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(lock.packages)
    .filter(([path]) => path !== '')
    .filter(([, entry]) => !isAllowed(entry.license, entry.dev === true ? allowedInDevelopment : allowed))
    .map(
      ([path, entry]) =>
        `${path.replace(/^.*node_modules\//, '')} ${entry.version}: licence ${entry.license ?? 'unknown'}`,
    );
}

function isAllowed(expression, list) {
  if (expression === undefined) return false;
  const alternatives = expression.replace(/[()]/g, '').split(/\s+OR\s+/);
  return alternatives.some((alternative) =>
    alternative.split(/\s+AND\s+/).every((licence) => list.has(licence.trim())),
  );
}
