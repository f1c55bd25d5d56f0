import type { Random } from '../random.js';
import type { EvidenceBase, FileFacts } from './evidence.js';
import type { Machine, Person, Place } from './people.js';
import { MINUTE_MS, toGraphTime } from './timestamps.js';

/** What the alerts of one attack have in common. */
export interface Attack {
  readonly victims: readonly Person[];
  readonly attackerIp: string;
  readonly attackerPlace: Place;
  readonly lureUrl: string;
  readonly sender: string;
  readonly file: FileFacts;
  readonly oauthApp: {
    readonly appId: string;
    readonly displayName: string;
    readonly objectId: string;
    readonly publisher: string;
  };
}

/** One alert's view of its attack. */
export interface Scene {
  readonly random: Random;
  readonly tenantId: string;
  /** When the alert is raised, milliseconds since 1970. */
  readonly atMs: number;
  readonly attack: Attack;
  /** The victim that this alert is about. */
  readonly victim: Person;
  readonly machine: Machine;
  /** Members of evidence about the attacker. */
  readonly hostile: EvidenceBase;
  /** Members of evidence about what was attacked. */
  readonly affected: EvidenceBase;
}

const lureHosts = ['login-contoso.example', 'sharepoint-docs.example', 'mfa-renewal.example', 'invoice-portal.example'];
const senders = ['billing@tailspin-invoices.example', 'it-support@contoso-help.example', 'hr@litware-benefits.example'];
const fileNames = ['invoice_2210.iso', 'setup_helper.exe', 'teams_update.msi', 'payload.dll', 'report.docm'];
const appNames = ['Mail Sync Helper', 'PDF Signer Pro', 'Calendar Optimizer', 'Backup Buddy'];

/** Invents the attacker of a new story. */
export function buildAttack(random: Random, victims: readonly Person[], origins: readonly Place[]): Attack {
  return {
    victims,
    attackerIp: `198.51.100.${random.int(2, 250)}`,
    attackerPlace: random.pick(origins),
    lureUrl: `https://${random.pick(lureHosts)}/auth/${random.hex(8)}`,
    sender: random.pick(senders),
    file: buildFile(random, random.pick(fileNames), 'C:\\Users\\Public\\Downloads'),
    oauthApp: {
      appId: random.guid(),
      displayName: random.pick(appNames),
      objectId: random.guid(),
      publisher: 'Tailspin Toys',
    },
  };
}

export function buildFile(random: Random, fileName: string, filePath: string): FileFacts {
  return {
    fileName,
    filePath,
    fileSize: random.int(12_000, 9_000_000),
    sha1: random.hex(40),
    sha256: random.hex(64),
    md5: random.hex(32),
  };
}

const remediations = [
  'none',
  'remediated',
  'prevented',
  'blocked',
  'notFound',
  'active',
  'pendingApproval',
  'declined',
  'unremediated',
  'running',
  'partiallyRemediated',
] as const;
const hostileVerdicts = ['suspicious', 'malicious', 'unknown'] as const;
const hostileRoles = ['attacker', 'source', 'commandAndControl', 'suspicious', 'added', 'loaded', 'created'] as const;
const affectedRoles = [
  'compromised',
  'attacked',
  'destination',
  'contextual',
  'scanned',
  'edited',
  'policyViolator',
] as const;

/** @param serial number of the alert in the tenant; walks through every word of the small enumerations. */
export function buildScene(
  facts: Pick<Scene, 'random' | 'tenantId' | 'atMs' | 'attack' | 'victim' | 'machine'>,
  serial: number,
): Scene {
  const createdDateTime = toGraphTime(facts.atMs);
  return {
    ...facts,
    hostile: {
      createdDateTime,
      verdict: hostileVerdicts[serial % hostileVerdicts.length] ?? 'unknown',
      roles: [hostileRoles[serial % hostileRoles.length] ?? 'attacker'],
      remediationStatus: remediations[serial % remediations.length] ?? 'none',
    },
    affected: {
      createdDateTime,
      verdict: serial % 5 === 0 ? 'noThreatsFound' : 'suspicious',
      roles: [affectedRoles[serial % affectedRoles.length] ?? 'contextual'],
      remediationStatus: 'none',
    },
  };
}

/** An instant shortly before the alert, as its evidence shows it. */
export function shortlyBefore(scene: Scene, minutes: number): string {
  return toGraphTime(scene.atMs - minutes * MINUTE_MS);
}
