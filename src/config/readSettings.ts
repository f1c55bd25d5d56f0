import type { ConfigProblem } from './ConfigError.js';
import type { Setting } from './settingKinds.js';
import { type SettingName, type SettingValues, settings } from './settings.js';

export interface ReadSettings {
  /** Values of the settings that are right; those that are wrong stay undefined and are among the problems. */
  readonly values: SettingValues;
  readonly problems: readonly ConfigProblem[];
}

/** Reads every setting from the environment. An empty variable counts as absent. */
export function readSettings(env: NodeJS.ProcessEnv): ReadSettings {
  const problems: ConfigProblem[] = [];
  const values = Object.fromEntries(
    Object.entries(settings).map(([name, setting]) => {
      const read = readOne(setting, env[name]);
      if ('problem' in read) problems.push({ setting: name, problem: read.problem });
      return [name, 'value' in read ? read.value : undefined];
    }),
  );
  // The keys are those of `settings`; `Object.fromEntries` cannot tell. With problems the values are not used.
  return { values: values as unknown as SettingValues, problems };
}

/** The settings as they would be printed: secrets only as `(set)`. */
export function redactedSettings(env: NodeJS.ProcessEnv): Readonly<Record<SettingName, string>> {
  const printed = Object.entries(settings).map(([name, setting]) => {
    const given = givenText(env[name]);
    if (given === undefined)
      return [name, 'fallback' in setting && setting.fallback !== undefined ? setting.fallback : '(unset)'];
    return [name, setting.secret ? '(set)' : given];
  });
  return Object.fromEntries(printed) as Record<SettingName, string>;
}

function readOne(setting: Setting<unknown>, raw: string | undefined): { value: unknown } | { problem: string } {
  const given = givenText(raw) ?? setting.fallback;
  if (given === undefined) return { value: undefined };
  const parsed = setting.schema.safeParse(given);
  if (parsed.success) return { value: parsed.data };
  return {
    problem: `is ${setting.secret ? 'set to something' : JSON.stringify(given.slice(0, 80))}, which is not ${setting.allowed}`,
  };
}

function givenText(raw: string | undefined): string | undefined {
  const trimmed = raw?.trim();
  return trimmed === '' ? undefined : trimmed;
}
