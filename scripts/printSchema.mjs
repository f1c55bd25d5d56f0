/** `npm run schema`: prints the schema from the decorators; with `--write` it goes to `schema.graphql` instead. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { root, supportedNode } from './node.mjs';

const program = `
  const { buildGatewaySchema } = await import('./dist/src/schema/buildSchema.js');
  const { resolvers, orphanedTypes } = await import('./dist/src/resolvers/index.js');
  const { printGatewaySchema } = await import('./dist/src/schema/printSchema.js');
  process.stdout.write(printGatewaySchema(buildGatewaySchema(resolvers, orphanedTypes)));
`;

/** SDL of the compiled code in `dist/`. */
export function printedSchema() {
  const printed = spawnSync(supportedNode(), ['--input-type=module', '--eval', program], {
    cwd: root,
    encoding: 'utf8',
  });
  if (printed.status !== 0) throw new Error(printed.stderr);
  return printed.stdout;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await build(['code']);
  if (process.argv.includes('--write')) writeFileSync(join(root, 'schema.graphql'), printedSchema());
  else process.stdout.write(printedSchema());
}
