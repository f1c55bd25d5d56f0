import { setTimeout as sleep } from 'node:timers/promises';
import { type EmulatorProcess, findFreePort, type Stack, startStack } from './stack.js';

/** A registration for change notifications, as the emulated upstream holds it. */
export interface Registration {
  readonly id: string;
  readonly resource: string;
  readonly clientState: string;
}

/** A gateway that is notified, and one of its registrations. */
export interface NotifiedStack extends Stack {
  readonly registration: Registration;
}

export const webhookPath = '/webhooks/microsoft-graph';

/** What is notified: legacy alerts by provider, users in every dialect. */
export const registrationFor = {
  alerts: /^\/?security\/alerts\b.*'MCAS'/i,
  users: /^\/?users$/i,
} as const;

/** How long a gateway may take to register after its start. */
const patienceMs = 20_000;

/**
 * A gateway with a registration whose resource fits, once that stands.
 * @returns undefined when the gateway does not register.
 */
export async function startNotifiedStack(
  resource: RegExp,
  env: Readonly<Record<string, string>> = {},
): Promise<NotifiedStack | undefined> {
  const port = await findFreePort();
  const stack = await startStack({ PORT: String(port), WEBHOOK_URL: `http://127.0.0.1:${port}`, ...env });
  const registration = (await hasRoute(stack.url)) ? await findRegistration(stack.emulator, resource) : undefined;
  if (registration !== undefined) return { ...stack, registration };
  await stack[Symbol.asyncDispose]();
  return undefined;
}

async function hasRoute(url: string): Promise<boolean> {
  const response = await fetch(`${url}${webhookPath}?validationToken=bench`, { method: 'POST' });
  await response.body?.cancel();
  return response.ok;
}

async function findRegistration(emulator: EmulatorProcess, resource: RegExp): Promise<Registration | undefined> {
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += 500) {
    const all = await emulator.control<readonly Registration[]>('GET', 'subscriptions');
    const found = all.find((each) => resource.test(decodeURIComponent(each.resource)));
    if (found !== undefined) return found;
    await sleep(500);
  }
  return undefined;
}
