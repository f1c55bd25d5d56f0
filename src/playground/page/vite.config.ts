import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const page = fileURLToPath(new URL('.', import.meta.url));
const out = fileURLToPath(new URL('../../../dist/playground', import.meta.url));

/** The playground's page: one folder of static files that `servePlayground.ts` serves from `/playground/`. */
export default defineConfig({
  root: page,
  base: '/playground/',
  plugins: [preCompress()],
  worker: { format: 'es' },
  build: {
    outDir: out,
    emptyOutDir: true,
    sourcemap: false,
    target: 'es2022',
    reportCompressedSize: false,
    chunkSizeWarningLimit: 8_000,
    modulePreload: { polyfill: false },
    rolldownOptions: { onLog: (level, log, handle) => (isHarmless(log.code) ? undefined : handle(level, log)) },
  },
});

/** Libraries mark files for React's server components, which this page has none of. */
function isHarmless(code: string | undefined): boolean {
  return code === 'MODULE_LEVEL_DIRECTIVE';
}

/** Writes `.br` and `.gz` beside each large file, so that the gateway compresses nothing while it serves. */
function preCompress(): Plugin {
  const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };
  return {
    name: 'pre-compress',
    apply: 'build',
    closeBundle() {
      const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).map((name) => join(out, name));
      for (const file of files.filter((name) => /\.(js|css|html|svg)$/.test(name) && statSync(name).size > 2048)) {
        const content = readFileSync(file);
        writeFileSync(`${file}.br`, brotliCompressSync(content, brotli));
        writeFileSync(`${file}.gz`, gzipSync(content));
      }
    },
  };
}
