import { useMonaco } from '@graphiql/react';
import { GraphiQL } from 'graphiql';
import { type ReactNode, useEffect, useState } from 'react';
import { fetcher } from './fetcher';
import { changeNewestAlert } from './gateway';
import type { Sample } from './samples';

interface PageProps {
  readonly simulated: boolean;
  readonly samples: readonly Sample[];
}

export function Page({ simulated, samples }: PageProps) {
  const [first] = samples;
  return (
    <div className="page">
      {simulated && (
        <p className="banner" role="status">
          <strong>Simulated data.</strong> This tenant is emulated on this machine; no Microsoft service is called.
        </p>
      )}
      <Guide canChange={simulated} />
      <div className="editor">
        <WithEditor>
          <GraphiQL
            fetcher={fetcher}
            defaultTabs={samples.map((sample) => ({ ...sample, headers: null }))}
            defaultQuery={first?.query ?? ''}
            defaultEditorToolsVisibility="variables"
            shouldPersistHeaders={false}
          />
        </WithEditor>
      </div>
    </div>
  );
}

/** A tab that is chosen before the editor has loaded would stay empty, so the tabs come with the editor. */
function WithEditor({ children }: { readonly children: ReactNode }) {
  const isLoaded = useMonaco((store) => store.monaco !== undefined);
  const initialize = useMonaco((store) => store.actions.initialize);
  useEffect(() => void initialize(), [initialize]);
  return isLoaded ? children : <p className="loading">Loading the editor…</p>;
}

function Guide({ canChange }: { readonly canChange: boolean }) {
  return (
    <header className="guide">
      <h1>Security graph gateway</h1>
      <ol>
        <li>
          Pick a sample in the tabs and press <span className="run">▶</span> or <kbd>Ctrl</kbd>+<kbd>Enter</kbd>.
        </li>
        <li>
          For live updates, open the tab <b>AlertUpdated</b>, press <span className="run">▶</span> and leave it running.
        </li>
        {canChange ? (
          <li>
            Then press <ChangeButton /> and watch the change arrive.
          </li>
        ) : (
          <li>
            Put your access token into <b>Headers</b>: <code>{'{"authorization": "Bearer …"}'}</code>
          </li>
        )}
      </ol>
      <button
        type="button"
        className="quiet"
        onClick={restoreSamples}
        title="Closes all tabs and opens the samples again"
      >
        Restore samples
      </button>
    </header>
  );
}

function ChangeButton() {
  const [state, setState] = useState<'ready' | 'busy' | 'done' | 'failed'>('ready');
  const change = async () => {
    setState('busy');
    setState(
      await changeNewestAlert().then(
        () => 'done' as const,
        () => 'failed' as const,
      ),
    );
  };
  const labels = { ready: 'Change an alert', busy: 'Changing…', done: 'Changed – again', failed: 'Failed – try again' };
  return (
    <button type="button" className="change" disabled={state === 'busy'} onClick={() => void change()}>
      {labels[state]}
    </button>
  );
}

/** GraphiQL keeps its tabs in the browser; without them it starts with the samples. */
function restoreSamples(): void {
  for (const key of Object.keys(localStorage).filter((name) => name.startsWith('graphiql')))
    localStorage.removeItem(key);
  location.reload();
}
