import { newestAlert } from './gateway';

export interface Sample {
  readonly query: string;
  readonly variables?: string;
}

const queries = import.meta.glob<string>('../samples/*.graphql', { query: '?raw', import: 'default', eager: true });
const variables = import.meta.glob<string>('../samples/*.variables.json', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** The sample operations in the order of their file names; those about one alert name the newest, if the caller may read it. */
export async function loadSamples(): Promise<readonly Sample[]> {
  const alert = await newestAlert().catch(() => undefined);
  return Object.entries(queries).map(([file, query]) => {
    const own = variables[file.replace('.graphql', '.variables.json')];
    return own === undefined ? { query } : { query, variables: own.replace('ALERT_ID', alert?.id ?? 'id of an alert') };
  });
}
