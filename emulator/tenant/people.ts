import type { Random } from '../random.js';
import type { Row } from './Tenant.js';
import { DAY_MS, toGraphTime } from './timestamps.js';

/** A place that people sign in from. */
export interface Place {
  readonly city: string;
  readonly state: string;
  readonly country: string;
  readonly countryName: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly isp: string;
}

/** One employee, with what the attack stories need to know about them. */
export interface Person {
  readonly id: string;
  readonly upn: string;
  readonly displayName: string;
  readonly accountName: string;
  readonly place: Place;
  readonly homeIp: string;
  /** `userAccount` as evidence carries it. */
  readonly account: Row;
  readonly row: Row;
}

/** One managed device and its owner. */
export interface Machine {
  /** Object id in the directory. */
  readonly objectId: string;
  /** `deviceId` in the directory; `azureAdDeviceId` in evidence. */
  readonly deviceId: string;
  /** Defender for Endpoint's machine id, 40 hex digits. */
  readonly mdeDeviceId: string;
  readonly name: string;
  readonly dnsName: string;
  readonly owner: Person;
  readonly row: Row;
}

export const tenantDomain = 'contoso.onmicrosoft.com';
export const windowsDomain = 'CONTOSO';

export const offices: readonly [Place, ...Place[]] = [
  place('Seattle', 'Washington', 'US', 'United States', 47.6062, -122.3321, 'Cascadia Fiber'),
  place('Dublin', 'Leinster', 'IE', 'Ireland', 53.3498, -6.2603, 'Liffey Telecom'),
  place('Munich', 'Bavaria', 'DE', 'Germany', 48.1351, 11.582, 'Isar Netz'),
  place('Melbourne', 'Victoria', 'AU', 'Australia', -37.8136, 144.9631, 'Yarra Broadband'),
];

/** Where the attackers come from. */
export const attackOrigins: readonly Place[] = [
  place('Lagos', 'Lagos', 'NG', 'Nigeria', 6.5244, 3.3792, 'Lagoon Hosting'),
  place('Bucharest', 'Bucuresti', 'RO', 'Romania', 44.4268, 26.1025, 'Dambovita Servers'),
  place('Sao Paulo', 'Sao Paulo', 'BR', 'Brazil', -23.5505, -46.6333, 'Tiete Nuvem'),
  place('Hanoi', 'Ha Noi', 'VN', 'Vietnam', 21.0278, 105.8342, 'Red River Cloud'),
  place('Amsterdam', 'North Holland', 'NL', 'Netherlands', 52.3676, 4.9041, 'Amstel Exit Nodes'),
];

function place(
  city: string,
  state: string,
  country: string,
  countryName: string,
  latitude: number,
  longitude: number,
  isp: string,
): Place {
  return { city, state, country, countryName, latitude, longitude, isp };
}

const givenNames = (
  'Adele Alex Allan Amara Anika Ben Bianca Chidi Christie Daichi Debra Diego Elif Emily Enrico Fatima Grady Gudrun ' +
  'Henrietta Irvin Isaiah Joni Jordan Katri Lee Leila Lidia Lynne Mateo Megan Miriam Nestor Nora Omar Patti Pradeep ' +
  'Priya Quentin Raul Rosa Sanjay Siobhan Tamar Tomasz Ursula Vikram Wanda Xenia Yusuf Zrinka'
).split(' ');

const surnames = (
  "Abara Bowen Castillo Deyoung Eriksen Ferrara Gruber Haddad Ivanova Johanssen Kowalczyk Lindqvist Moreau O'Neill " +
  'Nakamura Okafor Petrov Quiroga Rahman Silva Tanaka Ueda Vance Wilber Ximenes Young Zimmermann'
).split(' ');

const departments = ['Finance', 'Sales', 'Engineering', 'Legal', 'Human Resources', 'Operations', 'IT'] as const;
const jobTitles = ['Manager', 'Analyst', 'Specialist', 'Director', 'Assistant', 'Engineer'] as const;

/** @param count number of users; any. */
export function buildPeople(random: Random, count: number, nowMs: number): Person[] {
  const taken = new Set<string>();
  return Array.from({ length: count }, () => buildPerson(random, taken, nowMs));
}

function buildPerson(random: Random, taken: Set<string>, nowMs: number): Person {
  const given = random.pick(givenNames);
  const surname = random.pick(surnames);
  const accountName = freeName(`${given}${surname[0]}`, taken);
  const upn = `${accountName}@${tenantDomain}`;
  const office = random.pick(offices);
  const id = random.guid();
  const displayName = `${given} ${surname}`;
  const sid = `S-1-5-21-1721254763-462695806-1538882281-${2_000_000 + taken.size}`;
  const department = random.pick(departments);
  return {
    id,
    upn,
    displayName,
    accountName,
    place: office,
    homeIp: `203.0.${113 - offices.indexOf(office)}.${random.int(2, 250)}`,
    account: {
      accountName,
      domainName: windowsDomain,
      userSid: sid,
      azureAdUserId: id,
      userPrincipalName: upn,
      displayName,
    },
    row: {
      businessPhones: [`+1 425 555 01${String(taken.size % 100).padStart(2, '0')}`],
      displayName,
      givenName: given,
      id,
      jobTitle: `${department} ${random.pick(jobTitles)}`,
      mail: upn,
      mobilePhone: random.chance(0.6) ? `+1 206 555 01${String(random.int(0, 99)).padStart(2, '0')}` : null,
      officeLocation: `${random.int(10, 40)}/${random.int(1000, 3999)}`,
      preferredLanguage: office.country === 'DE' ? 'de-DE' : 'en-US',
      surname,
      userPrincipalName: upn,
      accountEnabled: !random.chance(0.04),
      city: office.city,
      country: office.countryName,
      companyName: 'Contoso',
      createdDateTime: toSecondTime(nowMs - random.int(200, 2000) * DAY_MS),
      department,
      employeeId: String(10_000 + taken.size),
      onPremisesSecurityIdentifier: sid,
      onPremisesSyncEnabled: true,
      securityIdentifier: `S-1-12-1-${random.int(1e8, 4e9)}-${random.int(1e8, 4e9)}-${random.int(1e8, 4e9)}-${random.int(1e8, 4e9)}`,
      usageLocation: office.country,
      userType: 'Member',
    },
  };
}

function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let number = 2; taken.has(name.toLowerCase()); number += 1) name = `${wanted}${number}`;
  taken.add(name.toLowerCase());
  return name;
}

const systems = [
  { name: 'Windows', version: '10.0.26100.2314', prefix: 'WKS' },
  { name: 'Windows', version: '10.0.22631.4460', prefix: 'LAP' },
  { name: 'macOS', version: '15.1.1', prefix: 'MAC' },
  { name: 'iOS', version: '18.1', prefix: 'IPH' },
  { name: 'Linux', version: 'Ubuntu 24.04', prefix: 'LNX' },
] as const;

/** One device for each person, a second one for some. The first is always a Windows machine. */
export function buildMachines(random: Random, people: readonly Person[], nowMs: number): Machine[] {
  return people.flatMap((owner, index) => {
    const first = buildMachine(random, owner, systems[index % 2] ?? systems[0], index * 2, nowMs);
    if (!random.chance(0.3)) return [first];
    return [first, buildMachine(random, owner, random.pick(systems), index * 2 + 1, nowMs)];
  });
}

function buildMachine(
  random: Random,
  owner: Person,
  system: (typeof systems)[number],
  number: number,
  nowMs: number,
): Machine {
  const name = `${system.prefix}-${owner.place.city.slice(0, 3).toUpperCase()}-${String(number).padStart(4, '0')}`;
  const ids = { objectId: random.guid(), deviceId: random.guid(), mdeDeviceId: random.hex(40) };
  return {
    ...ids,
    name,
    dnsName: `${name.toLowerCase()}.corp.contoso.com`,
    owner,
    row: {
      id: ids.objectId,
      deviceId: ids.deviceId,
      displayName: name,
      accountEnabled: true,
      approximateLastSignInDateTime: toSecondTime(nowMs - random.int(0, 6 * DAY_MS)),
      deviceOwnership: 'Company',
      isCompliant: random.chance(0.85),
      isManaged: true,
      manufacturer: system.name === 'macOS' || system.name === 'iOS' ? 'Apple' : 'Fabrikam',
      model: `Model ${random.int(3, 9)}00`,
      operatingSystem: system.name,
      operatingSystemVersion: system.version,
      profileType: 'RegisteredDevice',
      registrationDateTime: toSecondTime(nowMs - random.int(100, 900) * DAY_MS),
      trustType: system.name === 'Windows' ? 'AzureAd' : 'Workplace',
    },
  };
}

/** The directory prints whole seconds. */
function toSecondTime(ms: number): string {
  return `${toGraphTime(ms).slice(0, 19)}Z`;
}
