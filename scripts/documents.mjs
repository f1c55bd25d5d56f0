/** Keeps the README's generated tables equal to the code: `npm run check` compares, `node scripts/documents.mjs` writes. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { root } from './node.mjs';

const readme = join(root, 'README.md');

/** The README's text with its tables as the compiled code has them. */
export async function currentReadme() {
  const { errorCodes } = await import(pathToFileURL(join(root, 'dist/src/errors/codes.js')).href);
  const { renderSettingsTable } = await import(
    pathToFileURL(join(root, 'dist/src/config/renderSettingsTable.js')).href
  );
  const errors = Object.entries(errorCodes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
  const text = replaceBlock(readFileSync(readme, 'utf8'), 'settings', renderSettingsTable());
  return replaceBlock(text, 'errors', ['| code | meaning |', '| --- | --- |', ...errors].join('\n'));
}

export async function readmeIsCurrent() {
  return (await currentReadme()) === readFileSync(readme, 'utf8');
}

function replaceBlock(text, name, content) {
  const block = new RegExp(`<!-- ${name}:begin -->[\\s\\S]*<!-- ${name}:end -->`);
  return text.replace(block, () => `<!-- ${name}:begin -->\n${content.trim()}\n<!-- ${name}:end -->`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await build(['code']);
  writeFileSync(readme, await currentReadme());
}
