import type { Setting } from './settingKinds.js';
import { runtimeSettings, settings } from './settings.js';

/** The README's table of settings, as Markdown; `npm run check` keeps the README equal to it. */
export function renderSettingsTable(): string {
  const rows = Object.entries(settings as Record<string, Setting<unknown>>).map(
    ([name, setting]) =>
      `| \`${name}\` | ${setting.fallback === undefined ? '' : `\`${setting.fallback}\``} | ${setting.description} |`,
  );
  const runtimeRows = Object.entries(runtimeSettings).map(
    ([name, description]) => `| \`${name}\` |  | ${description} |`,
  );
  return ['| setting | default | meaning |', '| --- | --- | --- |', ...rows, ...runtimeRows].join('\n');
}
