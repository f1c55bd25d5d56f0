import { relative } from 'node:path';

/**
 * A reporter for jest that names what was skipped: with many files jest says only how many. Suites are skipped when what
 * they run on is missing, as a Redis may be (`test/support/redisServer.ts`), and nobody should take that for a pass.
 */
export default class SkippedSuites {
  #isChosen;

  constructor({ testNamePattern }) {
    // With `-t` everything else is skipped on purpose.
    this.#isChosen = Boolean(testNamePattern);
  }

  onRunComplete(_contexts, { testResults }) {
    if (this.#isChosen) return;
    const skipped = testResults.flatMap(skippedIn);
    if (skipped.length === 0) return;
    const total = skipped.reduce((sum, { tests }) => sum + tests, 0);
    process.stderr.write(`\nSkipped, ${total} tests:\n`);
    for (const { file, suite, tests } of skipped) process.stderr.write(`  ${file} › ${suite} (${tests})\n`);
  }
}

/** Outermost suites of a file with tests that did not run. */
function skippedIn({ testFilePath, testResults }) {
  const counts = new Map();
  for (const { status, ancestorTitles, title } of testResults) {
    if (status !== 'pending') continue;
    const suite = ancestorTitles[0] ?? title;
    counts.set(suite, (counts.get(suite) ?? 0) + 1);
  }
  const file = relative(process.cwd(), testFilePath);
  return [...counts].map(([suite, tests]) => ({ file, suite, tests }));
}
