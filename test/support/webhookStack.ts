import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { type Stack, type StackOptions, startStack } from './startStack.js';

/** A registration as the emulated tenant shows it. */
export interface StandingRegistration {
  readonly id: string;
  readonly resource: string;
  readonly clientState: string;
  readonly expirationDateTime: string;
  readonly notificationUrl: string;
}

export interface WebhookStack extends Stack {
  /** Where notifications are posted to. */
  readonly webhookUrl: string;
  registrations(): Promise<StandingRegistration[]>;
  /** Resolves with what stands once the gateway knows all that it wants: five kinds of alerts, and users. */
  untilRegistered(): Promise<StandingRegistration[]>;
  /** A counter or gauge of the gateway; 0 while it was never set. */
  metric(name: string): Promise<number>;
}

const wantedCount = 6;

/** The emulated tenant in the legacy dialect, and a gateway that it can reach. */
export async function startWebhookStack(options: StackOptions = {}): Promise<WebhookStack> {
  const address = await openPublicAddress();
  const env = { GRAPH_ALERTS_DIALECT: 'legacy', WEBHOOK_URL: address.url, ...options.env };
  const stack = await startStack({ ...options, env });
  address.leadTo(Number(new URL(stack.gateway.url).port));
  const registrations = () => stack.control<StandingRegistration[]>('GET', '/_control/subscriptions');
  const metric = async (name: string) => {
    const text = await (await fetch(`${stack.gateway.url}/metrics`)).text();
    const line = text.split('\n').find((each) => each.startsWith(`${name} `));
    return Number(line?.slice(name.length + 1) ?? 0);
  };
  return {
    ...stack,
    webhookUrl: `${stack.gateway.url}/webhooks/microsoft-graph`,
    registrations,
    metric,
    untilRegistered: async () => {
      while ((await metric('webhook_registrations')) < wantedCount);
      return registrations();
    },
    stop: async () => {
      await stack.stop();
      await address.close();
    },
  };
}

/** An address that is known before the gateway is, as that of a proxy is. Connections wait until it leads somewhere. */
async function openPublicAddress() {
  let leadTo: (port: number) => void = () => undefined;
  const target = new Promise<number>((resolve) => {
    leadTo = resolve;
  });
  const sockets = new Set<Socket>();
  const join = (outside: Socket, port: number) => {
    const inside = connect(port, '127.0.0.1');
    for (const socket of [outside, inside]) {
      sockets.add(socket);
      socket.on('close', () => {
        sockets.delete(socket);
        outside.destroy();
        inside.destroy();
      });
      socket.on('error', () => socket.destroy());
    }
    outside.pipe(inside).pipe(outside);
  };
  const server = createServer((outside) => void target.then((port) => join(outside, port)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  return {
    url: `http://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`,
    leadTo,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
