export interface ConfigProblem {
  readonly setting: string;
  /** What is wrong and what would be right; holds no secret value. */
  readonly problem: string;
}

/** The settings cannot be used. Lists every problem at once, so that one restart is enough to repair them. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ setting, problem }) => `  ${setting}: ${problem}`);
    super(
      `The settings cannot be used (${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}):\n${lines.join('\n')}`,
    );
  }
}
