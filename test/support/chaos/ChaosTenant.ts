import { type RunningProcess, startProcess } from '../processes.js';

/** What the chaos compares of an alert, as the emulator spells it. */
export interface AlertState {
  readonly id: string;
  /** Names the write that made the state; null before the first. */
  readonly assignedTo: string | null;
  readonly status: string;
  readonly severity: string;
  readonly lastUpdateDateTime: string;
}

export interface UpstreamCall {
  readonly path: string;
  readonly status: number;
  readonly time: string;
}

interface Started {
  readonly controlUrl: string;
  readonly graphUrl: string;
  readonly tenantId: string;
  readonly env: Record<string, string>;
}

const baseAlerts = 120;

/** The emulated tenant as a process of its own, without limits of its own: the gateway keeps to its budgets by itself. */
export class ChaosTenant {
  private constructor(
    private readonly emulator: RunningProcess,
    private readonly started: Started,
    /** `Authorization` of a caller who may subscribe. */
    readonly authorization: string,
    private readonly graphAuthorization: string,
  ) {}

  static async start(seed: string): Promise<ChaosTenant> {
    const emulator = startProcess('emulator/main.js', {
      EMULATOR_SEED: seed,
      EMULATOR_ALERTS: String(baseAlerts),
      EMULATOR_USERS: '40',
      EMULATOR_SWITCHES: JSON.stringify({ limits: false }),
    });
    const started = await emulator.jsonLine<Started>('env');
    const token = async (body: object) => {
      const issued = await send(`${started.controlUrl}/_control/token`, 'POST', { expiresInSeconds: 86_000, ...body });
      return `Bearer ${(issued as { access_token: string }).access_token}`;
    };
    const own = await token({ roles: ['Security.Read'] });
    const graph = await token({ audience: 'https://graph.microsoft.com', roles: ['SecurityAlert.Read.All'] });
    return new ChaosTenant(emulator, started, own, graph);
  }

  get tenantId(): string {
    return this.started.tenantId;
  }

  /** Settings of a gateway for this tenant. */
  get env(): Readonly<Record<string, string>> {
    return this.started.env;
  }

  control<T>(method: string, path: string, body?: object): Promise<T> {
    return send(`${this.started.controlUrl}/_control${path}`, method, body) as Promise<T>;
  }

  /** Every alert as the upstream has it now. */
  async alerts(): Promise<readonly AlertState[]> {
    const url = `${this.started.graphUrl}/v1.0/security/alerts_v2?$top=1000`;
    const response = await fetch(url, { headers: { authorization: this.graphAuthorization } });
    const { value } = (await response.json()) as { value?: readonly AlertState[] };
    if (value === undefined || value.length === 1_000) throw new Error(`Not all alerts: ${response.status}.`);
    return value;
  }

  calls(): Promise<readonly UpstreamCall[]> {
    return this.control('GET', '/requests');
  }

  async stop(): Promise<void> {
    await this.emulator.stop();
  }
}

async function send(url: string, method: string, body?: object): Promise<unknown> {
  const response = await fetch(url, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${await response.text()}`);
  return response.status === 204 ? undefined : response.json();
}
