/**
 * `npm run schema`: prints the schema from the decorators as clients read it, and as a subgraph; with `--write` they go to
 * `schema.graphql` and `schema.subgraph.graphql` instead.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { root, supportedNode } from './node.mjs';

const program = `
  const { buildOwnSchema } = await import('./dist/src/federation/entities/buildOwnSchema.js');
  const { sdl, subgraphSdl } = buildOwnSchema();
  process.stdout.write(JSON.stringify({ 'schema.graphql': sdl, 'schema.subgraph.graphql': subgraphSdl }));
`;

/** What the compiled code in `dist/` says that each schema file has to hold, by file name. */
export function printedSchemas() {
  const printed = spawnSync(supportedNode(), ['--input-type=module', '--eval', program], {
    cwd: root,
    encoding: 'utf8',
  });
  if (printed.status !== 0) throw new Error(printed.stderr);
  return JSON.parse(printed.stdout);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await build(['code']);
  for (const [file, sdl] of Object.entries(printedSchemas())) {
    if (process.argv.includes('--write')) writeFileSync(join(root, file), sdl);
    else process.stdout.write(`# ${file}\n\n${sdl}\n`);
  }
}
