import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './page.css';
import { createRoot } from 'react-dom/client';
import { Page } from './Page';
import { loadSamples } from './samples';

interface PlaygroundConfig {
  readonly simulated: boolean;
}

const root = createRoot(document.getElementById('root') as HTMLElement);
const [config, samples] = await Promise.all([loadConfig(), loadSamples()]);
root.render(<Page simulated={config.simulated} samples={samples} />);

async function loadConfig(): Promise<PlaygroundConfig> {
  const response = await fetch('/playground/config.json');
  return (await response.json()) as PlaygroundConfig;
}
